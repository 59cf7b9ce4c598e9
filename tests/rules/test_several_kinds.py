"""One total for several kinds of treatment is no single one's; a lone service takes it, an evaluation too."""

from __future__ import annotations

import pytest

from note_review.note import ClaimLine, Note
from note_review.reading.page import read_page
from note_review.reading.several_kinds import named_together


def own_minutes(text: str, *codes: str) -> list[int | None]:
    claim = tuple(ClaimLine(code=code) for code in codes)
    return [s.minutes for s in read_page(Note(text=text, claim=claim)).services]


@pytest.mark.parametrize(
    "text",
    [
        "Seen 1:00-1:40. Gait training and strengthening, rests as needed.",
        "Total time 38 min. Given: ther ex / stair training.",
        "TT 45. NMR + manual work as ordered.",
        "We had thirty minutes today between the neuromuscular reeducation and some exercise.",
    ],
)
def test_several_kinds_in_one_breath_share_the_total(text: str) -> None:
    assert set(own_minutes(text)) == {None}


@pytest.mark.parametrize(
    "text",
    [
        "Total time 38 min. Step-ups, bridges, heel raises.",
        "Total time 38 min. Step-ups and bridges.\nPlan: exercise and balance work.",
        "Total time 38 min. Foam stance. Will continue balance work and strengthening next week.",
    ],
)
def test_one_kind_takes_the_total(text: str) -> None:
    assert own_minutes(text) == [38]


def test_with_one_code_billed_the_total_is_its_own_whatever_is_named() -> None:
    assert own_minutes("Total time 38 min. Balance training and strengthening.", "97112") == [38]


def test_an_evaluation_alone_takes_the_total() -> None:
    assert own_minutes("INITIAL EVALUATION\nTime in 0832, time out 0910 (38 minutes).\nPatient: baker.", "97167") == [38]


def test_a_length_before_two_names_is_the_visits() -> None:
    text = "Seen for thirty-five minutes, billed 97112 twice and 97110 once."
    assert [(m.value, m.scope) for m in read_page(Note(text=text)).minutes] == [(35, "total_treatment")]


def test_a_blank_beside_a_name_with_activities_beneath_is_a_service_without_minutes() -> None:
    text = "Interventions / minutes:\n  Neuromuscular re-education  __\n    tandem on foam\n  Gait training  12\n    hall, rollator\n  Manual therapy  __\n"
    assert {s.named: s.minutes for s in read_page(Note(text=text)).services} == {"97112": None, "97116": 12}


@pytest.mark.parametrize(
    "kind",
    [
        "97112", "neuro re-ed", "NMR", "balance training", "ther ex", "some exercises", "plain exercise", "light exercise", "leg strengthening", "arm strengthening", "hip strengthening", "core strengthening",
        "functional tasks", "gait training", "stair training", "manual therapy", "soft tissue work", "ADL training", "self-care training",
    ],
)  # fmt: skip
def test_a_breath_begins_with_the_whole_name_of_its_first_kind(kind: str) -> None:
    other = "manual work" if kind.startswith(("gait", "stair")) else "gait training"
    assert next(named_together(f"{kind} and {other}")).start == 0
