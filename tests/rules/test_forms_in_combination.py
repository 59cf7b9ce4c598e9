"""Names, contents, lengths and signs in every combination: what a line or table says of minutes, units, dates and titles is read, and no length is another service's."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from note_review.note import Note
from note_review.reading.page import Page, read_page

MANY = settings(max_examples=300)
NAMES = {
    "97112": ("NMR", "Neuro re-ed", "Neuromuscular re-education"),
    "97110": ("TE", "Ther ex", "Therapeutic exercise"),
    "97530": ("TA", "Ther act", "Therapeutic activities"),
    "97140": ("MT", "Manual therapy", "Manual therapy"),
}
DONE = {
    "97112": ("tandem on foam", "SLS on foam w/ perturbations", "tandem, SLS, foam", "reaching outside BOS with tactile cues"),
    "97110": ("leg press", "SLR, bridges, clams", "leg press 3x10", "quad strengthening w/ 4# cuff"),
    "97530": ("car transfers", "lifting crate floor to shelf", "tub transfers w/ CGA", "stairs with laundry basket"),
    "97140": ("STM to R UT", "joint mobs L shoulder", "patellar mobs", "scar mobs"),
}
WRITTEN = ("{code}", "{code} {name}", "{name} {code}", "{name} ({code})", "{name}", "{code} ({name})", "{code} GP", "{code}-GP")
LENGTHS = ("{} min", "{} mins", "{}'", "({} min)", "for {} min", "- {} min", ", {} min", "= {} min", "{}m", "{} minutes")
JOINED = (", ", "; ", ". ", " and ", "\n", " + ", " | ", ", then ", " / ")
codes = st.lists(st.sampled_from(sorted(NAMES)), min_size=2, max_size=3, unique=True)
lengths = st.lists(st.sampled_from((8, 10, 12, 15, 18, 20, 23, 25)), min_size=3, max_size=3, unique=True)


def page_of(text: str) -> Page:
    return read_page(Note(text=text))


def lengths_of(text: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for minutes in page_of(text).minutes:
        if minutes.scope in NAMES:
            found.setdefault(minutes.scope, set()).add(minutes.value)
    return found


def joined(sign: str, parts: list[str], before: str, behind: str) -> str:
    return before + sign.join(parts) + behind


@MANY
@given(
    codes, lengths, st.sampled_from(WRITTEN), st.integers(0, 2), st.sampled_from((" ", ": ", " - ", ", ")), st.sampled_from(LENGTHS),
    st.sampled_from(JOINED), st.sampled_from(("", "Tx: ", "O: ", "Today: ", "Pt seen for ", "S: feeling wobbly. O: ")),
    st.sampled_from(("", ".", ". Total 53 min", " Tolerated well.", ". Pt tolerated well, rests PRN.")), st.integers(0, 3),
)  # fmt: skip
def test_services_told_one_after_the_other_keep_the_lengths_at_their_ends(
    listed: list[str],
    values: list[int],
    written: str,
    name: int,
    gap: str,
    length: str,
    sign: str,
    before: str,
    behind: str,
    done: int,
) -> None:
    parts = []
    for code, value in zip(listed, values, strict=False):
        closing = length.format(value)
        head = written.format(code=code, name=NAMES[code][name]) + gap + DONE[code][done]
        parts.append(head + ("" if closing.startswith(",") else " ") + closing)
    assert lengths_of(joined(sign, parts, before, behind)) == {c: {v} for c, v in zip(listed, values, strict=False)}


@MANY
@given(
    codes, lengths, st.sampled_from(WRITTEN), st.integers(0, 2), st.sampled_from((" ", ": ", " - ")),
    st.sampled_from(("{} min", "{} mins", "({} min)", "{} minutes")), st.sampled_from(JOINED), st.integers(0, 3),
)  # fmt: skip
def test_lengths_before_their_names_stay_theirs(
    listed: list[str], values: list[int], written: str, name: int, gap: str, length: str, sign: str, done: int
) -> None:
    parts = [
        f"{length.format(value)} {written.format(code=code, name=NAMES[code][name])}{gap}{DONE[code][done]}"
        for code, value in zip(listed, values, strict=False)
    ]
    assert lengths_of(joined(sign, parts, "Tx: ", ".")) == {c: {v} for c, v in zip(listed, values, strict=False)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # A machine's length, one behind a sign for doses and the rest of a set are doses; the other service keeps its own.
        ("97530 car transfers, pt reports able to drive 45 min, 97112 tandem 15 min", {"97112": {15}}),
        ("97116 amb 400 ft w/ RW in 6 min, 97110 LAQ and SLR 15 min", {"97110": {15}}),
        ("97110: to increase gym program to 30 min\n97112: to be able to cook for 20 min", {}),
        ("97110 10/1, 97112 11/1", {}),
        ("97110 GP 23/2 97112 GP 15/1", {"97110": {23}, "97112": {15}}),
        ("Nustep 8 min, 97112 tandem on foam 15 min, 97110 leg press 20 min", {"97112": {15}, "97110": {20}}),
        ("Seen 38 min; 97112 tandem on foam 23 min, 97110 leg press 15 min", {"97112": {23}, "97110": {15}}),
        ("HP to L shoulder 10 min, MT to UT 15 min, TE for RTC 20 min", {"97140": {15}, "97110": {20}}),
        ("Authorized: 97110 24/2, 97112 20/2", {}),
        ("97110 rows 3x10, UE pulleys 5 min; 97140 STM to UT 10 min; 97112 scap stab 15 min", {"97140": {10}, "97112": {15}}),
        ("97110 bike 8 min, 97112 tandem on foam 20 min", {"97112": {20}}),
        ("97112: wobble board x 10 min, 97110: leg press x 8 min", {}),
        ("NMR: tandem, foam 2 min; 15 min TE: leg press", {"97110": {15}}),
        ("97112 tandem on foam. 23 min 97110 leg press.", {"97110": {23}}),
        ("15 min each of 97112 and 97110", {"97112": {15}, "97110": {15}}),
        ("97112 and 97110, 15 min of each", {"97112": {15}, "97110": {15}}),
        ("97542 wheelchair propulsion over thresholds with cues 23 min, 97530 15 min", {"97530": {15}}),
    ],
)
def test_what_is_no_closing_length_is_given_to_nobody(text: str, wanted: dict[str, set[int]]) -> None:
    assert lengths_of(text) == wanted


HEADINGS = {"code": "CPT", "name": "Procedure", "done": "Details", "minutes": "Minutes", "units": "Units"}
TABLES = (
    ("code", "minutes", "units"), ("code", "name", "minutes"), ("code", "done", "minutes", "units"), ("name", "done", "minutes"),
    ("minutes", "code", "name"), ("code", "name", "units", "minutes"), ("name", "code", "minutes", "units"), ("code", "name", "done", "minutes"),
)  # fmt: skip


@MANY
@given(
    codes, lengths, st.sampled_from(TABLES), st.sampled_from((" | ", "\t", ", ", ";", " - ")), st.sampled_from(("{}", "{} min")), st.booleans(),
    st.integers(1, 2), st.integers(0, 3),
)  # fmt: skip
def test_tables_parted_by_any_sign_are_read_by_their_headings(
    listed: list[str], values: list[int], columns: tuple[str, ...], sign: str, length: str, totalled: bool, name: int, done: int
) -> None:
    rows = [[HEADINGS[column] for column in columns]]
    used = list(zip(listed, values, strict=False))
    for code, value in used:
        cells = {"code": code, "name": NAMES[code][name], "done": DONE[code][done], "minutes": length.format(value)}
        rows.append([{**cells, "units": str(max(1, (value + 7) // 15))}[column] for column in columns])
    # Within words a sign of the table's own is told from it where only one column has words.
    assume(sign.strip() not in {",", "-"} or columns.count("done") + columns.count("name") < 2)
    if totalled and columns[0] in {"code", "name"}:
        rows.append(["Total", *(length.format(sum(v for _, v in used)) if c == "minutes" else "" for c in columns[1:])])
    text = "Treatment:\n" + "\n".join(sign.join(row) for row in rows) + "\nTolerated well."
    assert lengths_of(text) == {code: {value} for code, value in used}
    if "units" in columns:
        assert {a.code: a.units for a in page_of(text).anchors if a.explicit} == {c: max(1, (v + 7) // 15) for c, v in used}


CHARGES = (
    "{c} x{u} {m}", "{c}-{m} x {u}", "{c} {m} {u}u", "{u}x {c} {m}", "{c} {m} ({u} units, {v} min)", "{c} {m}: {v} min = {u} units", "{u} units of {c} {m}",
    "{c} {m} - {v} min - {u} units", "{c} ({m}) x{u}", "{c} {v} min x{u} {m}", "{c} {m} {v} min/{u} units", "{c} {m} units: {u}", "CPT {c} {m} Units {u}",
    "{c} {v}m/{u}u {m}", "{c}/{m} x{u}", "{c} mod {m} x {u} units", "({u}) {c} {m}", "{c} {m} @ {u} units",
)  # fmt: skip


@MANY
@given(
    codes, st.lists(st.integers(1, 3), min_size=3, max_size=3), st.sampled_from(CHARGES), st.sampled_from((", ", "; ", "\n", " / ", " | ", " and ", " + ")),
    st.sampled_from(("", "Billing: ", "Charges: ", "Codes billed: ", "BILLING\n")), st.sampled_from(("GP", "GO")),
)  # fmt: skip
def test_charges_are_read_however_units_and_modifiers_stand(
    listed: list[str], units: list[int], charge: str, sign: str, before: str, modifier: str
) -> None:
    parts = [charge.format(c=c, u=u, v=15 * u + 3, m=modifier) for c, u in zip(listed, units, strict=False)]
    claim = page_of(joined(sign, parts, before, ".")).written_claim
    assert {line.code: (line.units, line.modifiers) for line in claim} == {
        c: (u, (modifier,)) for c, u in zip(listed, units, strict=False)
    }


TIMED = (
    "Total timed minutes: {}", "Timed code treatment minutes: {}", "TCT {} min", "Timed: {} min", "Total billable time {} min", "Billable minutes: {}",
    "timed total {} min", "Total 1:1 time: {} min", "{} timed minutes", "{} min timed", "Timed mins: {}",
)  # fmt: skip
WHOLE = (
    "Total treatment time: {} min", "TTT {} min", "Session length {} min", "Total time: {} min", "Visit time: {} minutes", "Tx time {} min", "Session: {} min",
    "Pt seen for {} min", "{} min session", "Duration of session: {} min", "Overall time {} min", "Time spent: {} min", "Length of visit {} minutes",
)  # fmt: skip
SERVICES = (
    "97112 {a} min tandem on foam w/ cues, 97110 {b} min leg press", "NMR (97112) {a} min: tandem. TE (97110) {b} min: press", "97112 x 2 ({a} min), 97110 x 1 ({b} min)",
)  # fmt: skip


@MANY
@given(
    st.sampled_from(TIMED),
    st.sampled_from(WHOLE),
    st.booleans(),
    st.sampled_from((". ", "\n", "; ")),
    st.sampled_from(SERVICES),
    st.booleans(),
)
def test_totals_are_told_from_each_other_and_from_the_services(
    timed: str, whole: str, timed_first: bool, sign: str, services: str, below: bool
) -> None:
    totals = [timed.format(38), whole.format(48)][:: 1 if timed_first else -1]
    own = services.format(a=23, b=15)
    text = own + (".\n" if below else ". ") + sign.join(totals)
    found: dict[str, set[int]] = {}
    for minutes in page_of(text).minutes:
        found.setdefault(minutes.scope, set()).add(minutes.value)
    assert found == {"97112": {23}, "97110": {15}, "total_timed": {38}, "total_treatment": {48}}


LABELS = (
    "Total time", "Total", "Total tx time", "Session time", "Session", "Visit length", "Treatment time", "Time", "Time in/out", "Total minutes", "Duration",
    "Total time in clinic", "Overall", "Time overall", "Pt seen", "Seen for", "TTT", "Total timed min", "Timed code minutes", "Direct time", "1:1 time", "Billable",
    "Contact time", "Total visit time", "Treatment",
)  # fmt: skip
SHORT = ("{n} {v} min", "{n}: {v} min", "{n} ({v} min)", "{n} - {v} min", "{v} min {n}", "{n} x {v} min", "{n} {v} min 1u")
PLACES = (
    "{total}, {rows}", "{total}; {rows}", "{total}. {rows}", "{total} - {rows}", "{total}\n{rows}", "{rows}, {total}", "{rows}. {total}", "{rows}\n{total}", "{rows} ({total})",
)  # fmt: skip


@MANY
@given(
    codes, lengths, st.sampled_from(WRITTEN), st.integers(0, 2), st.sampled_from(SHORT), st.sampled_from((", ", "; ", " / ", " | ", "\n", " + ", ". ")),
    st.sampled_from(LABELS), st.sampled_from(("{} {} min", "{}: {} min", "{} = {} min")), st.integers(0, 8), st.sampled_from(PLACES),
)  # fmt: skip
def test_a_labelled_total_is_no_services_length(
    listed: list[str],
    values: list[int],
    written: str,
    name: int,
    short: str,
    sign: str,
    label: str,
    told: str,
    over: int,
    place: str,
) -> None:
    used = dict(zip(listed, values, strict=False))
    rows = sign.join(short.format(n=written.format(code=c, name=NAMES[c][name]), v=v) for c, v in used.items())
    text = place.format(total=told.format(label, sum(used.values()) + over), rows=rows)
    assert {s.named: s.minutes for s in page_of(text).services} == used


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("38 min, NMR 23 min, TE 15 min", {"97112": {23}, "97110": {15}}),
        ("38 min NMR 23 min, TE 15 min", {"97112": {23}, "97110": {15}}),
        ("9:00-9:38 NMR 23 min, TE 15 min", {"97112": {23}, "97110": {15}}),
        ("Nustep 8 min, NMR 23 min, TE 15 min", {"97112": {23}, "97110": {15}}),
        ("15 min, NMR 23 min, TE", {"97112": {15}, "97110": {23}}),
        ("15 min NMR, 23 min TE 10 min on bike", {"97112": {15}, "97110": {23}}),
        ("23 min, NMR; 15 min, TE", {"97112": {23}, "97110": {15}}),
        ("Exercise Time: 22 minutes Activity Time: 10 minutes", {"97110": {22}, "97530": {10}}),
        ("NMR 10 min, time 23 min TE", {"97112": {10}, "97110": {23}}),
        ("UBE 5 min, ther ex total: 20 min", {"97110": {20}}),
        ("Bike 5 min, NMR treatment time 23 min", {"97112": {23}}),
        ("18 min Manual therapy\n8 min Ther ex. Duration = 57 min", {"97140": {18}, "97110": {8}}),
        ("97110 GP 8 min\n97140 GP 15 min, Total minutes: 35 min", {"97110": {8}, "97140": {15}}),
        ("Treatment: 20 min, therapeutic exercise; 18 min, neuro re-ed", {"97110": {20}, "97112": {18}}),
        ("Tx time: 20 min - TE, 18 min - NMR", {"97110": {20}, "97112": {18}}),
        ("Time 20 min, TE. Time 18 min, NMR.", {"97110": {20}, "97112": {18}}),
    ],
)
def test_the_first_length_of_a_row_is_a_service_s_only_where_the_others_stand_so(text: str, wanted: dict[str, set[int]]) -> None:
    assert lengths_of(text) == wanted


def clock(minutes: int, form: str) -> str:
    hour, minute = divmod(minutes, 60)
    half = "AM" if hour < 12 else "PM"
    return form.format(
        h=(hour - 1) % 12 + 1,
        H=hour,
        m=minute,
        half=half,
        small=half.lower(),
        letter=half[0].lower(),
        dotted=f"{half[0].lower()}.m.",
    )


CLOCKS = (
    "{h}:{m:02} {half}",
    "{h}:{m:02}{small}",
    "{h}:{m:02}{letter}",
    "{H:02}{m:02}",
    "{H:02}:{m:02}",
    "{h}:{m:02} {dotted}",
    "{H:02}{m:02} hrs",
)
IN_AND_OUT = (
    "Time in: {a} Time out: {b}", "Time in {a}, time out {b}", "In {a} Out {b}", "Start time: {a} End time: {b}", "{a}-{b}", "{a} to {b}", "Seen {a}-{b}",
    "Session: {a}-{b}", "Time In/Out: {a}/{b}", "Treatment time {a}-{b}", "Begin {a} / End {b}", "Time in: {a}\nTime out: {b}", "Start Time | {a}\nEnd Time | {b}",
    "Pt seen from {a} until {b}", "Therapy start {a} therapy end {b}", "Clock in {a} clock out {b}", "Start/stop: {a}-{b}", "Session start: {a}   Session end: {b}",
)  # fmt: skip


@MANY
@given(
    st.integers(8 * 60, 16 * 60), st.integers(39, 60), st.sampled_from(CLOCKS), st.sampled_from(IN_AND_OUT),
    st.sampled_from(("97112 tandem on foam w/ cues 23 min, 97110 leg press 15 min", "NMR 23 min, TE 15 min", "97112: 23 min\n97110: 15 min")),
    st.sampled_from(("{clocks}\n{services}", "{clocks}. {services}", "{clocks}  {services}", "{services}\n{clocks}")), st.sampled_from(("", "DOS 3/4/2026\n", "S: feeling ok.\n")),
)  # fmt: skip
def test_arrival_and_departure_are_the_visits_and_no_services(
    begin: int, length: int, form: str, told: str, services: str, place: str, before: str
) -> None:
    clocks = told.format(a=clock(begin, form), b=clock(begin + length, form))
    page = page_of(before + place.format(clocks=clocks, services=services))
    assert {s.named: s.minutes for s in page.services} == {"97112": 23, "97110": 15}
    assert length in {m.value for m in page.minutes if m.scope.startswith("total")}


@pytest.mark.parametrize(
    "text",
    [
        "Session length: 45 min\n2x/week for 6 weeks", "PT session 10:00-10:45\nCancelled - pt ill", "Session time: 45 min\nCancelled per family", "PT 1300-1345\nNo show, left voicemail",
        "HR | Start | 110 | End | 128", "Steps | Start | 1200 | End | 1500", "POC start | 0301 | end | 0529", "TUG | start | 12.10 | end | 12.50",
        "Works 7 a.m./3 p.m.", "OOB in chair 0900 hrs/1100 hrs", "Hold duration overall 10 min", "Lift from | 100-120 | lbs", "Gait 15 min\nnot completed due to fatigue",
    ],
)  # fmt: skip
def test_measures_other_clocks_and_sessions_that_were_not_held_are_no_minutes(text: str) -> None:
    assert page_of(text).minutes == ()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("NMR 25 min, 5 min\nrest", {"97112": {25}}),
        ("TE 20 min, 15 min\nlast visit", {"97110": {20}}),
        ("te 20 min\nlost balance x2", {"97110": {20}}),
        ("Visit 3:3/4/26 TE 20 min\nVisit 4:3/6/26 TE 25 min", {"97110": {25}}),
        ("10/12:97112 23 min\n10/14:97112 25 min", {"97112": {25}}),
    ],
)
def test_a_short_line_goes_on_in_small_letters(text: str, wanted: dict[str, set[int]]) -> None:
    assert lengths_of(text) == wanted


def test_times_of_day_in_a_cell_are_the_rows() -> None:
    table = "Code | Time | Done\n97112 | 0905-0928 | tandem on foam\n97110 | 0928-0943 | leg press\n97530 | 0943 to 0958 | car transfer"
    assert lengths_of(table) == {"97112": {23}, "97110": {15}, "97530": {15}}


@pytest.mark.parametrize(
    "below",
    [
        "Rest breaks x 3", "Lost balance x2", "Warm-up on NuStep, unbilled.", "Missed 15 min due to MD.", "Next visit planned 3/4", "Last visit 97110 15 min.", "At eval pt stood 10 min.",
        "Walking was slower today.", "Each set with cues.",
    ],
)  # fmt: skip
def test_the_line_below_a_length_takes_nothing_from_it(below: str) -> None:
    assert lengths_of(f"NMR x 25 min\nTE x 20 min\n{below}") == {"97112": {25}, "97110": {20}}
    assert lengths_of(f"97110 leg press 3x10, 20 min\n{below}") == {"97110": {20}}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("HEP: compliant\nNMR 20 min: tandem\nTE 15 min: leg press", {"97112": {20}, "97110": {15}}),
        ("STG 1: ambulate 30 min in 4 wks.\nNMR x 12 min\nTE x 25 min", {"97112": {12}, "97110": {25}}),
        ("HEP: tandem stance\nTE 10 min daily", {}),
        ("HEP: pt to perform:\nTherapeutic exercise 15 min\nGait 10 min", {}),
        ("HEP: 2x/day\nTE 10 min: bridges, clams\nNMR 5 min: tandem", {}),
        ("Goals: Pt will tolerate\nTE 30 min without rest", {}),
        ("STG: in 2 wks pt will:\n- TE 20 min without rest", {}),
        ("History: prior PT consisted of\nTE 30 min and MT 15 min", {}),
        (
            "Last Visit: 3/2/26 - pain 4/10\nTE 20 min, NMR 15 min\n\nToday's visit: pain 3/10\nTE 25 min, NMR 15 min",
            {"97110": {25}, "97112": {15}},
        ),
        ("HEP:\nTE 10 min: bridges", {}),
    ],
)
def test_services_below_a_home_programme_told_in_one_line_are_of_this_visit(text: str, wanted: dict[str, set[int]]) -> None:
    assert lengths_of(text) == wanted


# As notes write a day; strftime has no way without leading noughts that all systems share.
DAYS: tuple[Callable[[datetime.date], str], ...] = (
    lambda d: f"{d.month:02}/{d.day:02}/{d.year}",
    lambda d: f"{d.month}/{d.day}/{d.year % 100:02}",
    lambda d: d.isoformat(),
    lambda d: f"{d:%b} {d.day}, {d.year}",
    lambda d: f"{d.month}-{d.day}-{d.year}",
    lambda d: f"{d.day} {d:%b} {d.year}",
)
ENDS = (
    "Cert period {s} - {e}", "Certification period: {s} to {e}", "POC certified {s} through {e}", "Plan of care: {s} to {e}", "POC expires {e}",
    "POC expiration date: {e}", "Cert end date {e}", "Recertification due by {e}", "Certified through {e}", "POC in effect until {e}",
)  # fmt: skip
SIGNED = (
    "Plan of care signed by Dr. Lee on {s}", "POC signed {s} by MD", "MD signed POC {s}", "Physician certification received {s}",
    "Signed POC on file dated {s}", "Certified by Dr. Lee {s}",
)  # fmt: skip
STARTS = ("SOC {s}", "Start of care: {s}", "Initial eval {s}", "IE: {s}", "Eval date {s}", "Date of eval: {s}")
VISITS = ("DOS {d}", "Date of service: {d}", "{d}", "Visit date: {d}", "Tx date {d}", "PT Daily Note {d}", "Seen {d}")


@MANY
@given(
    st.dates(datetime.date(2025, 1, 1), datetime.date(2026, 6, 1)), st.integers(1, 100), st.sampled_from((*ENDS, *SIGNED, *STARTS)),
    st.sampled_from(DAYS), st.sampled_from(VISITS), st.sampled_from(("\n", " | ", "  ")),
)  # fmt: skip
def test_the_days_of_visit_and_plan_are_read(
    start: datetime.date, later: int, plan: str, day: Callable[[datetime.date], str], visit: str, sign: str
) -> None:
    seen, end = start + datetime.timedelta(days=later), start + datetime.timedelta(days=89)
    text = f"{visit.format(d=day(seen))}{sign}{plan.format(s=day(start), e=day(end))}\nO: 97112 x 23 min tandem on foam w/ cues."
    page = page_of(text)
    facts = page.plan_of_care
    found = facts.expires_on if plan in ENDS else facts.certified_on if plan in SIGNED else facts.start
    assert (page.date_of_service, found) == (seen, end if plan in ENDS else start)


@pytest.mark.parametrize(
    ("told", "certified"),
    [
        ("Dr. Lee signed POC 3/5/2026", datetime.date(2026, 3, 5)),
        ("Signed POC from Dr. Lee on file 3/5/2026", datetime.date(2026, 3, 5)),
        ("Signed POC by Jane Doe, PT on file 3/5/2026", None),
        ("Pt signed POC 3/1/2026", None),
        ("Awaiting signed POC from Dr. Lee, faxed 3/1/2026.", None),
        ("Not yet certified by Dr. Lee as of 3/12/2026.", None),
        ("Homebound status certified by Dr. Lee 2/1/2026.", None),
        ("POC faxed to Dr. Lee 3/1/2026, fax confirmation received 3/1/2026.", None),
    ],
)
def test_only_one_who_certifies_has_certified_and_not_what_is_awaited(told: str, certified: datetime.date | None) -> None:
    assert page_of(f"DOS: 3/12/2026\n{told}").plan_of_care.certified_on == certified


@pytest.mark.parametrize(
    "told",
    ["PLOF: Independent PTA 3/1/2026.", "Follow-up: Maria Lopez, PTA 3/14/2026.", "PTA reviewed by PT re: progression of WB."],
)
def test_prior_to_admission_and_other_visits_are_no_assistants(told: str) -> None:
    assert page_of(f"{told}\nJ. Doe, PT").signature.assistant is None


ASSISTANTS = {"PTA": "PTA", "LPTA": "PTA", "P.T.A.": "PTA", "COTA/L": "OTA", "COTA": "OTA", "OTA": "OTA"}
SIGNATURES = (
    "{n}, {t}", "{n} {t}", "Signed: {n}, {t}", "Electronically signed by {n}, {t} on 03/04/2026", "Treating clinician: {n}, {t}", "/s/ {n}, {t}",
    "{n}, {t} 3/4/26 10:15", "-- {n}, {t}", "Tx by {n} {t}", "Signature: {n}, {t}   Date: 3/4/26", "Completed by {n}, {t}",
)  # fmt: skip


@MANY
@given(
    st.sampled_from(("Jane Doe", "J. Doe", "Maria Lopez-Reyes", "R Patel", "Tom O'Neil")),
    st.sampled_from((*ASSISTANTS, "PT", "DPT", "OTR/L", "PT, DPT")),
    st.sampled_from(SIGNATURES),
    st.sampled_from(("", "\nCo-signed: Ann Lee, PT", "; supervising PT: Ann Lee, PT", "\nSupervised by Ann Lee, PT")),
)
def test_who_signs_is_known_and_whether_an_assistant_gave_the_service(name: str, title: str, form: str, behind: str) -> None:
    text = "O: 97112 x 23 min: tandem on foam w/ cues for sway.\n" + form.format(n=name, t=title)
    signature = page_of(text + (behind if title in ASSISTANTS else "")).signature
    assert signature.assistant == ASSISTANTS.get(title)
    assert signature.credentials
