"""Across notes: each fault planted in a small chart is found, its innocent twin is not, and the numbers are those counted by hand."""

import datetime
from collections import Counter

import pytest
from audited_folder import Visit, practice, write_folder

from note_review.across.days import Hours
from note_review.across.peers import Count, compare, outliers
from note_review.across.rules import RULES
from note_review.across.run import Settings, compare_notes
from note_review.catalogue import rule_named
from note_review.reviewed import Reviewed

VISIT = (
    "S: {subjective}\nO: {objective}\nTx: 97112 x 25 min one on one: tandem on foam with head turns, PT guarding at the pelvis, cued for a quicker step.\n"
    "A: Delayed stepping to the left limits her on the stairs at home and in the yard.\nP: Continue as planned, next visit Thursday.\n"
)


def visit(subjective="Slept well, no new complaints about the knee or the hip today.", objective="Gait with cane.", **known):
    return Visit(VISIT.format(subjective=subjective, objective=objective), **known)


def days(*visits, start="2026-03-02", apart=3, **known):
    first = datetime.date.fromisoformat(start)
    for number, one in enumerate(visits):
        one.date = (first + datetime.timedelta(days=apart * number)).isoformat()
        for name, value in known.items():
            setattr(one, name, value)
    return list(visits)


def found(tmp_path, visits, settings=Settings()):
    folder = write_folder(tmp_path / "batch", visits)
    out = tmp_path / "out"
    out.mkdir()
    with Reviewed(folder) as tables:
        coverage = compare_notes(tables, out, settings)
        return tables.records("SELECT * FROM across ORDER BY finding, n"), coverage, [v.text for v in visits]


def named(rows, name):
    return [row for row in rows if row["finding"] == name]


def words(text, row):
    return text[row["start"] : row["end"]].strip(), text[row["against_start"] : row["against_end"]].strip()


CONTRADICTIONS = [
    ("O: measure", "Berg 38/56 with the cane today", "Berg 44/56 with no device"),
    ("pain", "Knee pain 7/10 with stairs this week", "Knee pain now 3/10 with stairs"),
    ("assist", "Transfers sit to stand with min A of one", "Transfers sit to stand now CGA only"),
    ("fall", "Patient denies any falls since last visit", "She fell in the bathroom on Tuesday night"),
    ("side", "Weakness of the left knee on the last step", "Right knee gave way twice on the ramp"),
]


@pytest.mark.parametrize(("kind", "carried", "today"), CONTRADICTIONS)
def test_a_carried_sentence_that_contradicts_today_is_shown(tmp_path, kind, carried, today):
    first = visit(objective=f"{carried}. Walks to the gate.")
    second = visit(objective=f"{carried}. {today}.")
    rows, _, texts = found(tmp_path, days(first, second))
    (row,) = named(rows, "carried_contradiction")
    assert (row["n"], row["others"]) == (1, [0])
    assert words(texts[1], row) == ((f"O: {carried}"), today)


@pytest.mark.parametrize(
    ("carried", "today"),
    [
        ("Berg 38/56 at initial evaluation in March", "Berg 44/56 with no device"),
        ("Berg 38/56 with the cane today", "Berg went from 38 to 44 with no device"),
        ("Knee pain 7/10 with stairs this week", "Knee pain 2/10 at rest"),
        ("Left knee flexion 95 deg after the bike", "Right knee flexion 120 deg after the bike"),
        ("Patient denies any falls since last visit", "Nearly fell asleep in the waiting room today"),
        ("Weakness of the left knee on the last step", "Left knee gave way twice on the ramp"),
    ],
)
def test_what_agrees_or_is_of_something_else_is_no_contradiction(tmp_path, carried, today):
    rows, _, _ = found(tmp_path, days(visit(objective=f"{carried}. Walks to the gate."), visit(objective=f"{carried}. {today}.")))
    assert not named(rows, "carried_contradiction")


def test_a_carried_count_of_days_contradicts_the_date(tmp_path):
    rows, _, texts = found(
        tmp_path, days(*(visit(objective="Now 6 weeks post surgery and walking well.") for _ in range(2)), apart=14)
    )
    (row,) = named(rows, "carried_contradiction")
    assert row["against_start"] is None
    assert "6 weeks post" in texts[1][row["start"] : row["end"]]
    rows, _, _ = found(
        tmp_path / "b", days(*(visit(objective="Now 6 weeks post surgery and walking well.") for _ in range(2)), apart=2)
    )
    assert not named(rows, "carried_contradiction")


def test_a_wholly_carried_note_is_found_in_the_patient_s_and_in_another_s_chart(tmp_path):
    mine = days(*(visit() for _ in range(2)), patient="One")
    other = days(visit(), patient="Two", start="2026-04-01")
    rows, _, _ = found(tmp_path, mine + other)
    said = {row["n"]: row["message"] for row in named(rows, "note_carried")}
    assert "100% of the note's clinical text stands in the same patient's note of 2026-03-02" in said[1]
    assert "another patient's note of 2026-03-05" in said[2]


def test_a_short_note_that_comes_again_word_for_word_is_found_whatever_the_habit(tmp_path):
    same = "DOS 3/{}. 97112 24 min. Tandem foam, CGA at hips. Late left ankle strategy. SLS 5 s -> 9 s with 3 VC today.\n"
    fresh = "97112 24 min. Beam walk day {}. Held {} s on the left. {} cues for the hip. Rail used {} times on turns.\n"
    again = days(*(Visit(same.format(2 + n)) for n in range(12)), patient="Same", clinician="A, PT")
    anew = days(*(Visit(fresh.format(n, n + 5, n + 2, 30 - n)) for n in range(12)), patient="Anew", clinician="B, PT")
    rows, _, _ = found(tmp_path, again + anew)
    assert [row["n"] for row in named(rows, "note_carried")] == list(range(1, 12))


def test_a_short_note_that_stands_in_another_patient_s_chart_is_no_copy_by_itself(tmp_path):
    same = "DOS 3/2. 97112 24 min. Tandem foam, CGA at hips. Late left ankle strategy. SLS 5 s -> 9 s with 3 VC today.\n"
    charts = [chart for patient in ("One", "Two") for chart in days(Visit(same), patient=patient, clinician="A, PT")]
    rows, _, _ = found(tmp_path, charts)
    assert not named(rows, "note_carried")


def test_an_author_who_carries_as_always_is_not_told_but_one_who_does_not_is(tmp_path):
    """Both have one section carried whole; for the first it is the habit, for the second it happens once in fifteen notes."""

    def told(who, carried_always):
        visits = []
        for number, planned in enumerate(practice(16, seed=5, clinicians=("X, PT",))):
            fresh = planned.text.split("A: ")[0]
            keeps = carried_always or number == 15
            own = f"A: Note {number} alone says {' '.join(f'w{number}x{i}' for i in range(24))}.\n"
            kept = "A: Standing balance is limited by delayed ankle strategy on the left, she needs skilled cueing to step in time with the beat of steps.\n"
            planned.text = fresh + (kept if keeps or number == 8 else own)
            planned.clinician = who
            visits.append(planned)
        return days(*visits, patient=f"P {who}", clinician=who)

    rows, _, _ = found(tmp_path, told("Always, PT", True) + told("Once, PT", False))
    carried = [row for row in named(rows, "section_carried") if row["section"] == "assessment"]
    assert [row["clinician"] for row in carried] == ["Once, PT"]
    assert "this author's usual share is 0% over 15 notes" in carried[0]["message"]


def test_a_plateau_is_counted_from_the_last_gain(tmp_path):
    values = (36, 40, *[40] * 11)
    rows, _, _ = found(tmp_path, days(*(visit(objective=f"Berg {value}/56 today.") for value in values)))
    (row,) = named(rows, "plateau")
    assert (row["count"], row["n"], len(row["others"])) == (11, 12, 10)
    assert "11 visits from 2026-03-08 to 2026-04-07: no measured improvement (Berg Balance Scale 40)." in row["message"]
    rows, _, _ = found(tmp_path / "b", days(*(visit(objective=f"Berg {30 + n}/56 today.") for n in range(13))))
    assert not named(rows, "plateau")


def test_visits_without_any_measure_are_a_plateau_and_an_evaluation_begins_anew(tmp_path):
    rows, _, _ = found(tmp_path, days(*(visit() for _ in range(12))))
    assert [row["message"] for row in named(rows, "plateau")] == [
        "11 visits from 2026-03-05 to 2026-04-04: nothing was measured."
    ]
    split = days(*(visit() for _ in range(12)))
    split[6].lines = (("97161", 1, None),)
    rows, _, _ = found(tmp_path / "b", split)
    assert not named(rows, "plateau")


def test_goals_that_nobody_speaks_of(tmp_path):
    def chart(status):
        goals = "Goals: STG 1 climb 12 steps without the rail in 4 weeks.\n"
        visits = days(*(visit() for _ in range(12)))
        for number, one in enumerate(visits):
            one.text += goals + (status if number == 6 else "")
        return visits

    rows, _, _ = found(tmp_path, chart(""))
    (row,) = named(rows, "goals_untouched")
    assert row["count"] == 11
    rows, _, _ = found(tmp_path / "b", chart("STG 1 partially met, 8 steps.\n"))
    assert not named(rows, "goals_untouched")


def test_a_day_that_is_too_long_for_the_clinic(tmp_path):
    def day(minutes, clinic):
        return [
            visit(patient=f"P{n} {clinic}", clinic=clinic, clinician=f"Z {clinic}", services=(("97112", "97112", minutes),))
            for n in range(10)
        ]

    rows, _, _ = found(tmp_path, day(61, "North") + day(60, "South") + day(50, "River"), Settings(hours=Hours(10, {"River": 8})))
    said = {row["clinic"]: row for row in named(rows, "impossible_day")}
    assert set(said) == {"North", "River"}
    assert (
        "610 timed one-on-one minutes in 10 notes on 2026-03-02; the clinic is open 10 hours (600 minutes)."
        in said["North"]["message"]
    )
    assert (said["River"]["value"], said["River"]["usual"], said["River"]["count"]) == (500, 480, 10)


def timed(times, patient, **known):
    return visit(objective=f"Time in/out {times}.", patient=patient, **known)


def test_one_on_one_times_that_overlap(tmp_path):
    visits = [
        timed("9:05-9:50", "A"),
        timed("9:30-10:10", "B"),
        timed("10:10-10:40", "C"),
        timed("1:00-1:30", "D"),
        timed("13:20-13:50", "E"),
    ]
    rows, _, texts = found(tmp_path, visits)
    said = {row["n"]: row["message"] for row in named(rows, "overlapping_times")}
    assert said == {
        1: "9:05-9:50 and 9:30-10:10 on 2026-03-02 overlap by 20 minutes.",
        4: "13:00-13:30 and 13:20-13:50 on 2026-03-02 overlap by 10 minutes.",
    }
    assert not named(rows, "note_carried"), "the times are new"
    assert all("-" in texts[row["n"]][row["start"] : row["end"]] for row in named(rows, "overlapping_times"))


def test_group_therapy_and_other_clinicians_do_not_overlap(tmp_path):
    group = timed("9:30-10:10", "B", lines=(("97150", 1, None),))
    rows, _, _ = found(tmp_path, [timed("9:05-9:50", "A"), group, timed("9:05-9:50", "C", clinician="Other, PT")])
    assert not named(rows, "overlapping_times")


def test_two_clinicians_with_one_patient(tmp_path):
    rows, _, _ = found(tmp_path, [timed("9:05-9:50", "A"), timed("9:30-10:10", "A", clinician="Other, OTR/L", discipline="OT")])
    (row,) = named(rows, "patient_twice")
    assert "overlap by 20 minutes" in row["message"]


def test_what_could_not_be_compared_is_counted(tmp_path):
    _, coverage, _ = found(tmp_path, [visit(patient=None), visit(clinician=None), visit(date=None)])
    assert coverage == {"notes": 3, "with_patient": 2, "with_clinician": 2, "with_date": 2}


def counts(*pairs):
    return [Count("high_risk", "PT", name, part, whole) for name, part, whole in pairs]


def test_few_notes_are_no_outlier_but_many_with_the_same_share_are():
    ordinary = [(f"c{n}", 10 + n % 3, 100) for n in range(10)]
    few = {c.count.clinician: c for c in compare(counts(*ordinary, ("few", 8, 25)))}
    many = {c.count.clinician: c for c in compare(counts(*ordinary, ("many", 80, 250)))}
    assert few["few"].direction is None or abs(few["few"].distance) < abs(many["many"].distance)
    assert many["many"].direction == "above"
    assert [c for c in many if many[c].direction] == ["many"]
    assert many["many"].peers_whole == 1000
    assert many["many"].peers_part == sum(part for _, part, _ in ordinary)
    (told,) = outliers(many.values())
    assert "high risk: 80 of 250 notes (32%); peers in PT: 109 of 1000 (11%)." in told.message


def test_one_who_is_far_out_does_not_widen_the_limits():
    compared = compare(counts(*((f"c{n}", 0, 160) for n in range(7)), ("far", 100, 160)))
    assert [c.count.clinician for c in compared if c.direction == "above"] == ["far"]
    assert all(c.spread == 1 for c in compared)


def test_too_few_clinicians_or_notes_are_not_compared():
    assert all(c.distance is None for c in compare(counts(("a", 50, 100), ("b", 1, 100), ("c", 1, 100))))
    compared = compare(counts(("a", 19, 19), *((f"b{n}", 1, 100) for n in range(5))))
    assert {c.count.clinician for c in compared if c.distance is None} == {"a"}


def test_clinicians_who_all_differ_widely_have_wide_limits():
    wide = compare(counts(*((f"c{n}", 5 + 9 * n, 100) for n in range(10))))
    assert all(c.spread > 3 for c in wide)
    assert not outliers(wide)


def test_a_practice_shows_the_clinician_who_carries_text_and_the_order_of_rows_is_settled(tmp_path):
    rows, coverage, _ = found(tmp_path, list(practice(500)))
    assert coverage["notes"] == 500
    assert {row["clinician"] for row in named(rows, "note_carried")} == {"Greco, DPT"}
    assert {row["clinician"] for row in named(rows, "peer_outlier") if row["message"].startswith("clinical text carried")} == {
        "Greco, DPT"
    }
    first = (tmp_path / "out" / "across.parquet").read_bytes()
    again, _, _ = found(tmp_path / "again", list(practice(500)))
    assert (tmp_path / "again" / "out" / "across.parquet").read_bytes() == first
    assert Counter(row["finding"] for row in again) == Counter(row["finding"] for row in rows)


def test_no_table_holds_words_of_a_note(tmp_path):
    found(
        tmp_path,
        days(visit(objective="Berg 38/56 CANARYWORD. Walks."), visit(objective="Berg 38/56 CANARYWORD. Berg 44/56 after.")),
    )
    for file in (tmp_path / "out").iterdir():
        assert b"CANARYWORD" not in file.read_bytes()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_explained(rule):
    assert rule_named(rule.name) is rule
    assert all((rule.summary, rule.why, rule.fix, rule.source, rule.example))
