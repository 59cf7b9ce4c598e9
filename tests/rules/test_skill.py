"""Skilled acts by their words: cues, hands, help, grading with its reason; not what is denied, planned or only said to be needed."""

from __future__ import annotations

import pytest

from note_review.note import Span
from note_review.reading.sections import find_sections
from note_review.reading.skill import skilled_acts


def acts(text: str) -> list[str]:
    return [text[a.start : a.end] for a in skilled_acts(text, find_sections(text), [Span(0, len(text))])]


@pytest.mark.parametrize(
    "text",
    [
        "Tandem on foam, VC to look up.",
        "Marching on the pad; verbal and tactile cues for upright trunk.",
        "My hand on the left hip for the first six, then off.",
        "Therapist steadied the scapula during reaches.",
        "Lunges with knees blocked.",
        "Step lowered to 4 in when the pelvis dropped.",
        "Ball slowed when her eyes jumped.",
        "Rest stretched to 30 s once the back arched.",
        "Turns at the counter with CGA.",
        "I moved the cone farther out.",
        'Told him "ribs down" before each lift.',
        "Perturbed at the pelvis without warning.",
    ],
)
def test_a_skilled_act(text: str) -> None:
    assert acts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Bridges 3x10, clams 3x10, bike 8 min.",
        "Single-leg stance 30 s, no cues needed.",
        "Stairs without any verbal cueing.",
        "Verbal cues: none.",
        "Patient benefits from skilled cueing and grading.",
        "Continues to require tactile cues.",
        "Decreased coordination and limited balance.",
        "Band changed to green.",
        "Plan: add cues and raise the step when able.",
        "HEP: wall slides, cue yourself in the mirror.",
        "Goal: walks the ramp with SBA.",
        "The pt's knee buckled on four of ten.",
    ],
)
def test_no_skilled_act(text: str) -> None:
    assert acts(text) == []


def test_a_level_of_help_counts_only_on_the_line_of_an_activity() -> None:
    text = "Transfers min A.\nReaching across midline, min A.\n"
    reach = Span(text.index("Reaching"), text.index("Reaching") + 21)
    assert [text[a.start : a.end] for a in skilled_acts(text, find_sections(text), [reach])] == ["min A"]
