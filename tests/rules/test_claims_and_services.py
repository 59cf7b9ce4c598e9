"""Claims written in a note, and the services that it documents."""

from __future__ import annotations

import pytest

from note_review.note import Note
from note_review.reading.page import read_page

CLAIMS = [
    ("97112 x2", [("97112", 2, None)]),
    ("97112 (2 units)", [("97112", 2, None)]),
    ("97112 2u GP", [("97112", 2, ("GP",))]),
    ("97112-59-GP x2, 97140 x1", [("97112", 2, ("59", "GP",)), ("97140", 1, None)]),
    ("97112 | GP 59 | 2 | 26 min", [("97112", 2, ("GP", "59",))]),
    ("97112 (59)", [("97112", None, ("59",))]),
    ("97530 GO CO 3 units", [("97530", 3, ("GO", "CO",))]),
    ("97112GPCQ x1", [("97112", 1, ("GP", "CQ",))]),
    ("97112 (1), 97110 (2)", [("97112", 1, None), ("97110", 2, None)]),
    ("2 units of 97112 and 1 unit of 97110", [("97112", 2, None), ("97110", 1, None)]),
    ("97112 x two", [("97112", 2, None)]),
    ("97112 two units GP", [("97112", 2, ("GP",))]),
    ("NMR 2u, TE 1u", [("97112", 2, None), ("97110", 1, None)]),
    ("97112 x2 / 26 min", [("97112", 2, None)]),
    ("97112 x 2 x 30", [("97112", 2, None)]),
    ("CPT 97112 Units: 2 Mod: GP", [("97112", 2, ("GP",))]),
    ("97112 [59] [GP] 25 min", [("97112", None, ("59", "GP",))]),
    ("97112 XU x2", [("97112", 2, ("XU",))]),
    ("97l12 x2 GP", [("97112", 2, ("GP",))]),
    ("nine seven one one two two units", [("97112", 2, None)]),
    ("97110 3x10 bridges", [("97110", None, None)]),
    ("97112 25 min 2 units GP KX", [("97112", 2, ("GP", "KX",))]),
    ("2 x 97112 GP", [("97112", 2, ("GP",))]),
    ("97112: 2", [("97112", 2, None)]),
    ("97112 qty 2", [("97112", 2, None)]),
    ("Units: 97112 x 2; 97530 x 1", [("97112", 2, None), ("97530", 1, None)]),
    ("97112*2", [("97112", 2, None)]),
    ("97112=2u, 97110=1u", [("97112", 2, None), ("97110", 1, None)]),
    ("97112 2, 97110 1", [("97112", 2, None), ("97110", 1, None)]),
    ("97112 x2 GP 26 min", [("97112", 2, ("GP",))]),
    ("97112-59-GP (2 units)", [("97112", 2, ("59", "GP"))]),
    ("97112 59 GP x 2", [("97112", 2, ("59", "GP"))]),
    ("97112GP59 2u", [("97112", 2, ("GP", "59"))]),
    ("97112.59.GP x2", [("97112", 2, ("59", "GP"))]),
    ("97112, GP, 59, 2 units", [("97112", 2, ("GP", "59"))]),
    ("2 units 97112 GP", [("97112", 2, ("GP",))]),
    ("2x 97112-GP", [("97112", 2, ("GP",))]),
    ("2 x 97112", [("97112", 2, None)]),
    ("Two units of 97112 billed", [("97112", 2, None)]),
    ("Bill: 97112 (2), 97110 (1)", [("97112", 2, None), ("97110", 1, None)]),
    ("Billing 97112x2, 97110x1, 97140-59x1", [("97112", 2, None), ("97110", 1, None), ("97140", 1, ("59",))]),
    ("Charges: 97112 GP 2, 97530 GP 1", [("97112", 2, ("GP",)), ("97530", 1, ("GP",))]),
    ("CPT: 97112 / 97110 / 97140", [("97112", None, None), ("97110", None, None), ("97140", None, None)]),
    ("CPT codes 97112, 97110", [("97112", None, None), ("97110", None, None)]),
    ("97112 GP KX x 2", [("97112", 2, ("GP", "KX"))]),
    ("97112-GP-KX-59 x2", [("97112", 2, ("GP", "KX", "59"))]),
    ("97530 GO CO 1 unit", [("97530", 1, ("GO", "CO"))]),
    ("97110 GP CQ - 1", [("97110", 1, ("GP", "CQ"))]),
    ("97140 XU GP 1u", [("97140", 1, ("XU", "GP"))]),
    ("97140 XS x1", [("97140", 1, ("XS",))]),
    ("97112 [2]", [("97112", 2, None)]),
    ("97112 | GP | 2", [("97112", 2, ("GP",))]),
    ("| 97112 | GP, 59 | 26 | 2 |", [("97112", 2, ("GP", "59"))]),
    ("Code  Mod  Units  Min\n97112  GP  2  26\n97110  GP  1  13", [("97112", 2, ("GP",)), ("97110", 1, ("GP",))]),
    ("Units: 97112 - 2, 97110 - 1", [("97112", 2, None), ("97110", 1, None)]),
    ("97112: 2 units (26 minutes)", [("97112", 2, None)]),
    ("97112: 26 minutes (2 units)", [("97112", 2, None)]),
    ("Neuro re-ed 2 units 26 min", [("97112", 2, None)]),
    ("NMR x2 units; manual x1 unit", [("97112", 2, None), ("97140", 1, None)]),
    ("neuro re-ed (2 units), ther ex (1 unit)", [("97112", 2, None), ("97110", 1, None)]),
    ("97112 two units", [("97112", 2, None)]),
    ("97112 times two", [("97112", 2, None)]),
    ("97112 Qty: 2 Mod: GP", [("97112", 2, ("GP",))]),
    ("97112 Units=2 Modifiers=GP,59", [("97112", 2, ("GP", "59"))]),
    ("97112 modifier 59, 2 units", [("97112", 2, ("59",))]),
    ("97112 with modifiers GP and 59", [("97112", None, ("GP", "59"))]),
    ("97112 w/ 59 x2", [("97112", 2, ("59",))]),
    ("97112 (GP) x2", [("97112", 2, ("GP",))]),
    ("97112 (GP, KX) 2 units", [("97112", 2, ("GP", "KX"))]),
    ("97112:2:GP", [("97112", 2, ("GP",))]),
    ("97112 @ 2 units", [("97112", 2, None)]),
    ("97112 26 min = 2 units", [("97112", 2, None)]),
    ("97112 26 min -> 2u", [("97112", 2, None)]),
    ("26 min 97112 = 2 u", [("97112", 2, None)]),
    ("NMR 26' (2)", [("97112", 2, None)]),
    ("97162 GP, 97112 GP x1", [("97162", None, ("GP",)), ("97112", 1, ("GP",))]),
    ("97161 x1, 97530 x1 GP", [("97161", 1, None), ("97530", 1, ("GP",))]),
    ("G0283 GP x1", [("G0283", 1, ("GP",))]),
    ("97014 GP 1", [("97014", 1, ("GP",))]),
    ("95992 x1", [("95992", 1, None)]),
    ("98941 AT, 97112 59 GP x1", [("98941", None, ("AT",)), ("97112", 1, ("59", "GP"))]),
    ("99213-25, 97110 x1", [("99213", None, None), ("97110", 1, None)]),
    ("97112 95 x2", [("97112", 2, ("95",))]),
    ("97150 GP", [("97150", None, ("GP",))]),
    ("97535 GO x 2", [("97535", 2, ("GO",))]),
    ("97112 3x10 SLR", [("97112", None, None)]),
    ("97110: bridges 2x10, clams x 15", [("97110", None, None)]),
    ("97112 x 15 reps foam taps", [("97112", None, None)]),
    ("97110 - step ups 2 sets", [("97110", None, None)]),
    ("97116 x 2 laps, 150 ft", [("97116", None, None)]),
    ("97530 min A x 2 persons", [("97530", None, None)]),
    ("97112 2x/wk x 6 wks", [("97112", None, None)]),
    ("97112 BID", [("97112", None, None)]),
    ("ICD M25.561; 97110 x1", [("97110", 1, None)]),
    ("Total units: 3", []),
    ("Plan: add 97530 next visit", []),
    ("Consider 97112 next week", []),
    ("POC codes: 97110, 97112, 97530", []),
    ("97112 not billed", []),
    ("Last visit 97112 x2", []),
    ("97ll2 x2 GP", [("97112", 2, ("GP",))]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CLAIMS)
def test_codes_units_and_modifiers(text: str, wanted: list[tuple[str, int | None, tuple[str, ...] | None]]) -> None:
    assert [(c.code, c.units, c.modifiers) for c in read_page(Note(text=text)).written_claim] == wanted


SERVICES = [
    ("Neuromuscular Re-education | 25 | 97112 | 2\nTherapeutic Exercise | 0 | 97110 | 0", [("97112", 25)]),
    ("97535 GO | 35 min | 2\n97530 | -- | --\nWorked on lower body dressing with reacher.", [("97535", 35)]),
    ("NMR (97112) x 23 min: foam\nCP 10 min after", [("97112", 23)]),
    ("97110 ther ex 15 min: bridges\nLast visit: 97140 10 min", [("97110", 15)]),
    ("PT eval 97162, 30 min. Neuro re-ed 97112 15 min: gaze drill", [("97112", 15), ("97162", 30)]),
    ("MISSED VISIT\nNo show. Called, left message.", []),
    ("DISCHARGE SUMMARY\nSeen 9 visits for balance training.", []),
    ("Ther ex 20 min: SLR 3x10\nNMR 10 min: SLS", [(None, 10), (None, 20)]),
]


@pytest.mark.parametrize(("text", "wanted"), SERVICES)
def test_services_are_what_was_given(text: str, wanted: list[tuple[str | None, int | None]]) -> None:
    assert sorted(((s.billed, s.minutes) for s in read_page(Note(text=text)).services), key=str) == wanted


def test_a_claim_line_stands_on_the_one_service_named_otherwise() -> None:
    page = read_page(
        Note.model_validate({"text": "Balance work\nTher ex: foam stance 20 min", "claim": [{"code": "97112", "units": 1}]})
    )
    assert [s.billed for s in page.services] == ["97112"]
