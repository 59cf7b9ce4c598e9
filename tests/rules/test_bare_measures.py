"""A bare measure is no deficit; one with a word, a norm or another side to fall short of is."""

import pytest

from note_review.note import Span
from note_review.reading.bare_measures import falls_short_of_nothing


@pytest.mark.parametrize(
    ("text", "phrase", "bare"),
    [
        ("Flexion 165, extension 58.", "extension 58", True),
        ("Hip abduction 40 and 41.", "Hip abduction 40 and 41", True),
        ("Grip is 64 pounds.", "Grip is 64 pounds", True),
        ("Knee extension 5/5 on both sides.", "Knee extension 5/5", True),
        ("Grip right 64, left 30.", "Grip right 64", False),
        ("Right grip 64 lb, left 30 lb.", "Right grip 64 lb", False),
        ("Right grip 64 lb, left 63 lb.", "Right grip 64 lb", True),
        ("Flexion 120 (norm 180).", "Flexion 120", False),
        ("Extension -6.", "Extension -6", False),
        ("Position sense 10 of 10.", "Position sense 10 of 10", True),
        ("Plantar flexion of 54 degrees.", "Plantar flexion of 54 degrees", True),
        ("Position sense 6 of 10.", "Position sense 6 of 10", False),
        ("Flexion limited to 95.", "Flexion limited to 95", False),
        ("Quadriceps 4/5.", "Quadriceps 4/5", False),
        ("Flexion only to 95 degrees.", "Flexion only to 95 degrees", False),
        ("Unsteady in tandem stance 5 seconds.", "Unsteady in tandem stance 5 seconds", False),
        ("Motor: elbow flexors 5 and 5.", "elbow flexors 5 and 5", True),
        ("Motor: elbow flexors 4 and 4.", "elbow flexors 4 and 4", False),
        ("Flexion is reduced.", "Flexion", True),
        ("Flexion is reduced.", "Flexion is reduced", False),
        ("Walks with spasticity.", "spasticity", False),
        ("Rotation 40, lacking at the end.", "Rotation 40", False),
    ],
)
def test_what_a_measure_falls_short_of(text, phrase, bare):
    start = text.index(phrase)
    assert falls_short_of_nothing(text, Span(start, start + len(phrase))) is bare
