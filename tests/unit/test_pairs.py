"""Pairs of the bank, told and not told, where a twin's deficit, response or skill comes or goes."""

from __future__ import annotations

import pytest

from note_review.evaluation.annotated import strip_marks
from training.pairs import KINDS, Kind, read_pairs, with_pairs
from training.transplants import Edit

HEADER = {
    "id": "x01-001", "setting": "s", "style": "prose", "claim": [{"code": "97112", "units": 1, "modifiers": []}], "reads_as": "97112",
    "services": [{"billed": "97112", "minutes": 15, "reads_as": "97112"}], "risk": "low", "missing": [], "reasons": [],
}  # fmt: skip
SERVICE = " 97112 [[M:97112:15|15 min]]: [[T:neuromuscular|tandem stance]]."
FINE, PAST, RESULT, SKILL, HELPER, SHARE = KINDS


def lacking(missing: list[str], reason: str) -> dict[str, object]:
    return {**HEADER, "risk": "moderate", "missing": missing, "reasons": [reason]}


DEFICIT = Edit("", SERVICE, "[[D:balance|Sways]].", "Stands still.", HEADER, lacking(["deficit"], "deficit_missing"))
RESPONSE = Edit(
    "", SERVICE, "[[R:measured|Held 8 s, then 14 s]].", "Bus was late.", HEADER, lacking(["response"], "response_missing")
)
CUE = Edit("", SERVICE, "I tapped the hip.", "Radio was on.", HEADER, lacking([], "skilled_need_missing"))
AIDE = Edit(
    "",
    SERVICE,
    "PT led the steps.",
    "Aide led the steps.",
    HEADER,
    {**lacking([], "not_one_on_one"), "reasons": ["not_one_on_one", "skilled_need_missing"]},
)
TURNS = Edit("", SERVICE, "Radio was on.", "Two took turns.", HEADER, lacking([], "not_one_on_one"))
STRENGTH = Edit("", SERVICE, "[[D:strength|Hip 3/5]].", "Stands still.", HEADER, lacking(["deficit"], "deficit_missing"))
VERDICT = Edit("", SERVICE, "[[R:generic|Did well]].", "Bus was late.", HEADER, lacking(["response"], "response_missing"))


@pytest.mark.parametrize(
    ("kind", "label", "least"),
    [(FINE, "D", 900), (PAST, "D", 200), (RESULT, "R", 300), (SKILL, None, 300), (HELPER, None, 100), (SHARE, None, 100)],
)
def test_every_pair_tells_its_element_once(kind: Kind, label: str | None, least: int) -> None:
    pairs = read_pairs(kind)
    assert len(pairs) > least
    for pair in pairs:
        assert {mark.label for mark in strip_marks(pair.present)[1]} == ({label} if label else set())
        assert not strip_marks(pair.absent)[1]
        assert pair.present != pair.absent


@pytest.mark.parametrize(
    ("kind", "place"), [(FINE, DEFICIT), (PAST, DEFICIT), (RESULT, RESPONSE), (SKILL, CUE), (HELPER, AIDE), (SHARE, TURNS)]
)
def test_a_pair_decides_the_answers(kind: Kind, place: Edit) -> None:
    pairs = read_pairs(kind)
    present, absent = (
        {strip_marks(words)[0] for words in side} for side in zip(*((p.present, p.absent) for p in pairs), strict=True)
    )
    made = [note for note in with_pairs([place], count=180, seed=1) if note.id.startswith(kind.files[:-6])]
    assert len(made) == 30
    assert len({note.text for note in made}) > 20
    for note in made:
        told = note.text.removesuffix(strip_marks(SERVICE)[0])
        assert told in (absent if note.header["reasons"] else present)
        assert len(note.spans_of("T")) == 1


def test_each_kind_has_its_share() -> None:
    made = with_pairs([DEFICIT, RESPONSE, CUE, AIDE, TURNS], count=120, seed=1)
    assert [sum(note.id.startswith(kind.files[:-6]) for note in made) for kind in KINDS] == [20] * 6


def test_other_places_take_none() -> None:
    assert with_pairs([STRENGTH, VERDICT], count=9, seed=1) == []
