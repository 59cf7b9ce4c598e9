"""Outcome tests and timed tasks: unit, bounds, which way is better, and the smallest change that is more than noise.

Bounds and change values: `policy.md` section 8.2 of the project's fact sheet, with the studies named there; a change value holds for
the population it was found in and is None where none is firmly sourced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from note_review.reading.small_letters import any_case, has_any, small


@dataclass(frozen=True, slots=True)
class OutcomeMeasure:
    """A test: ``low`` and ``high`` bound a believable value; ``mdc`` is the minimal detectable change in the test's unit."""

    name: str
    words: str
    pattern: re.Pattern[str]
    unit: str | None
    low: float
    high: float
    better: Literal["up", "down"]
    mdc: float | None = None


def _measure(
    name: str, pattern: str, unit: str | None, bounds: tuple[float, float], better: Literal["up", "down"], mdc: tuple[float, str] | None = None
) -> OutcomeMeasure:  # fmt: skip
    """Return a measure; its change value is written beside the study that it was found in."""
    value, _ = mdc or (None, "")
    return OutcomeMeasure(
        name, pattern, re.compile(rf"(?<![\w])(?:{pattern})(?![\w])", re.IGNORECASE), unit, *bounds, better, value
    )


MEASURES: tuple[OutcomeMeasure, ...] = (
    _measure("Berg Balance Scale", r"berg(?: balance(?: scale| test)?)?|bbs", "points", (0, 56), "up", (5, "parkinsonism, PubMed 18356292; chronic stroke, 22502805")),
    _measure("Mini-BESTest", r"mini[- ]?best(?:est)?", "points", (0, 28), "up", (4, "stroke and PD, 36384452; Beauchamp 2021")),
    _measure("Timed Up and Go", r"tug|timed up (?:and|&) go", "s", (3, 300), "down", (3.2, "chronic stroke, PMC6136166")),
    _measure("Dynamic Gait Index", r"dgi|dynamic gait index", "points", (0, 24), "up", (4, "vestibular, Marchetti 2014")),
    _measure("Functional Gait Assessment", r"fga|functional gait assessment", "points", (0, 30), "up", (6, "vestibular, Marchetti 2014")),
    _measure("Activities-specific Balance Confidence", r"abc(?: scale)?", "%", (0, 100), "up", (13, "parkinsonism, 18356292")),
    _measure("Dizziness Handicap Inventory", r"dhi|dizziness handicap(?: inventory)?", "points", (0, 100), "down", (18, "Mandarin study and vendor text")),
    _measure("gait speed", r"gait speed|10 ?mwt|walking speed|10[- ]?m(?:eter)? walk(?: test)?", "m/s", (0, 3), "up", (0.18, "parkinsonism, 18356292")),
    _measure("six-minute walk", r"6 ?mwt|(?:six|6)[- ]?min(?:ute)? walk(?: test)?", "m", (0, 3000), "up", (50, "Perera 2006, substantial change")),
    _measure("two-minute walk", r"2 ?mwt|(?:two|2)[- ]?min(?:ute)? walk(?: test)?", "m", (0, 1000), "up", (13, "chronic stroke, 22502805")),
    _measure("five times sit to stand", r"5 ?x ?sts|5 ?times sit[- ]to[- ]stand|ftsst|five times sit[- ]to[- ]stand", "s", (3, 120), "down", (2.3, "vestibular, Meretta 2006")),
    _measure("30-second chair stand", r"30 ?(?:s|sec(?:ond)?s?)?[- ]?(?:cst|chair (?:stand|rise)s?|sts)", "reps", (0, 60), "up"),
    _measure("single-leg stance", r"sls|ols|slb|single[- ](?:leg|limb) (?:stance|balance|stand(?:ing)?)|one[- ]leg stance", "s", (0, 180), "up"),
    _measure("tandem stance", r"(?:semi[- ])?tandem(?: stance)?", "s", (0, 180), "up"),
    _measure("modified CTSIB", r"m?ctsib(?:-m)?", "s", (0, 120), "up"),
    _measure("functional reach", r"frt|functional reach", "in", (0, 25), "up"),
    _measure("Tinetti POMA", r"tinetti|poma", "points", (0, 28), "up"),
    _measure("LEFS", r"lefs|lower extremity functional scale", "points", (0, 80), "up", (9, "Binkley 1999")),
    _measure("QuickDASH", r"quick ?dash|qdash", "points", (0, 100), "down", (17.1, "JOSR 2013 8:40")),
    _measure("DASH", r"dash", "points", (0, 100), "down", (16.3, "JOSR 2013 8:40")),
    _measure("SPADI", r"spadi", "points", (0, 100), "down", (18, "Roy 2009")),
    _measure("PSFS", r"psfs|patient[- ]specific functional scale", "points", (0, 10), "up", (2.0, "BMC MSK 2020 21:328")),
    _measure("SPPB", r"sppb", "points", (0, 12), "up", (1.0, "Perera 2006, substantial change")),
    _measure("Fugl-Meyer", r"fma(?:-[ul]e)?|fugl[- ]meyer", "points", (0, 100), "up"),
    _measure("Oswestry", r"odi|oswestry", "%", (0, 100), "down"),
    _measure("Neck Disability Index", r"ndi|neck disability index", "%", (0, 100), "down"),
    _measure("nine-hole peg", r"9 ?hpt|nine[- ]hole peg(?: test)?|9[- ]hole peg(?: test)?", "s", (5, 300), "down"),
    _measure("box and block", r"box (?:and|&) blocks?(?: test)?|bbt", "blocks", (0, 150), "up"),
    _measure("Modified Ashworth", r"mas|(?:modified )?ashworth", "grade", (0, 4), "down"),
    _measure("joint position error", r"(?:joint position|jps|jpe|relocation)(?: sense)?(?: error)?", "deg", (0, 90), "down"),
    _measure("pain", r"pain|nprs|vas|lbp|ha|soreness|symptoms?", "points", (0, 10), "down"),
    _measure("dizziness", r"dizz\w*|vertigo|vhit symptoms|nausea|symptom score", "points", (0, 10), "down"),
    _measure("grip", r"grip(?: strength)?|dynamometer", "lb", (0, 250), "up"),
    _measure("pinch", r"(?:lateral |key |tip |tripod )?pinch", "lb", (0, 60), "up"),
    _measure("strength grade", r"mmt|strength", "grade", (0, 5), "up"),
    _measure("loss of balance", r"lobs?|loss(?:es)? of balance", "count", (0, 200), "down"),
    _measure("errors", r"errors?|misses|touch ?downs?|corrections?|stumbles?|freez\w+", "count", (0, 500), "down"),
    _measure("range of motion", r"a?a?p?rom|flex(?:ion)?|ext(?:ension)?|abd(?:uction)?|er|ir|df|pf|dorsiflexion|elevation|rotation|opening", "deg", (-60, 220), "up"),
)  # fmt: skip
# Where this finds nothing in small letters, none of them does; what it finds first, one of them does.
ANY_MEASURE = any_case(rf"(?<!\w)(?:{'|'.join(measure.words for measure in MEASURES)})(?!\w)")

ASSIST_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (rank, re.compile(rf"(?<![\w])(?:{pattern})(?![\w])", re.IGNORECASE))
    for rank, pattern in (
        (0, r"dependent|dep|total a(?:ssist)?|tot a"),
        (1, r"max(?:imal|imum)?[ -]?a(?:ssist(?:ance)?)?|maxA"),
        (2, r"mod(?:erate)?[ -]?a(?:ssist(?:ance)?)?|modA"),
        (3, r"min(?:imal|imum)?[ -]?a(?:ssist(?:ance)?)?|minA"),
        (4, r"cga|contact[- ]guard(?: assist(?:ance)?)?|cg assist|steadying assist"),
        (
            5,
            r"sba|stand[- ]?by assist(?:ance)?|close s(?:upervision)?|(?:close |distant )?supervision|supv|spv|(?<!\d )(?-i:S)(?=$|[ ,.;)])",
        ),
        (6, r"mod(?:ified)?[ -]?i(?:nd(?:ep(?:endent)?)?)?|mod independent"),
        (7, r"independent(?:ly)?|indep|ind|\(i\)"),
    )
)
# One of them is in every level, and else a lone S.
_PARTS_OF_LEVELS = (
    "dep",
    "tot",
    "max",
    "mod",
    "min",
    "cga",
    "guard",
    "cg ",
    "steady",
    "sba",
    "stand",
    "close s",
    "superv",
    "supv",
    "spv",
    "ind",
    "(i)",
)


def assist_levels_in(phrase: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Give the levels of assistance in a phrase with the rank of each, rank by rank, from dependent (0) to independent (7)."""
    if "S" in phrase or has_any(small(phrase), _PARTS_OF_LEVELS):
        for rank, pattern in ASSIST_LEVELS:
            for match in pattern.finditer(phrase):
                yield rank, match
