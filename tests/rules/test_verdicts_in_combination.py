"""Whole-clause verdicts in every combination of form and finding: the fault that is denied, the drill that was not done, and the like-worded ones that stand."""

from hypothesis import given, settings
from hypothesis import strategies as st

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.denials import standing_of_deficit
from note_review.reading.lines import split_lines
from note_review.reading.put_off import standing_of_technique

FAULTS = st.sampled_from(
    ["lateral drift on turns", "past-pointing of the R arm", "hip drop on the left", "intention tremor", "loss of balance on head turns", "foot drag in swing", "unsteadiness on gravel"]
)  # fmt: skip
DENIALS = st.sampled_from(
    ["No {}", "{} resolved", "{}: none", "{} not seen today", "Did not show {}", "Absent: {}", "{} (-)", "Never had {}", "{} is no longer present", "There was no {}", "Reports no {}", "{} 0 times in 10", "{} has disappeared"]
)  # fmt: skip
FINDINGS = st.sampled_from(
    [
        "{} noted",
        "Pt shows {}",
        "{} persists",
        "{} has not resolved",
        "{} is not gone",
        "No change in {}",
        "{} absent only with cues",
        "{}, pain denied",
        "{} unless cued",
        "Wife has noticed {}",
        "{}, sensation normal",
    ]
)
DRILLS = st.sampled_from(
    ["step taps on a dome", "tandem walking on foam", "ball toss in half-kneeling", "backward walking along a line"]
)
NOT_DONE = st.sampled_from(
    ["Refused {} and {}", "{} and {} postponed", "{} and {} were not done", "Ran out of time for {} and {}", "Planned {} and {}", "{} and {} discussed, not performed", "Last visit: {} and {}", "{} and {} issued for home", "{} and {} held due to pain", "Unable to start {} and {} today"]
)  # fmt: skip
DONE = st.sampled_from(
    [
        "Performed {} and {}",
        "{} and {} as planned",
        "{} x10, {} x10",
        "Declined stairs, did {} and {}",
        "{} and {} with one hand held",
        "No rest during {} and {}",
        "{} and {} resumed today",
        "Explained the purpose, then {} and {} x10",
        "{} and {} with cues at the hips and stairs deferred",
        "Did not do stairs after {} and {}",
        "Demonstrated {} and {} with verbal cues only",
        "No loss of balance with {} and {} today",
        "Skipped stairs: {} and {} with min A",
        "Unable to perform {} and {} without a fall",
    ]
)


def deficit_stands(form: str, fault: str, head: str) -> Assertion:
    text = f"{head}{form.format(fault)}."
    start = text.index(fault)
    return standing_of_deficit(text, split_lines(text), Span(start, start + len(fault)))


def techniques_stand(form: str, drills: list[str], head: str) -> set[Assertion]:
    text = f"{head}{form.format(*drills)}."
    return {standing_of_technique(text, split_lines(text), Span(at := text.index(drill), at + len(drill))) for drill in drills}


@settings(max_examples=150, deadline=None)
@given(DENIALS, FAULTS, st.sampled_from(["", "O: ", "Posture fair. ", "A: "]))
def test_denied_faults(form, fault, head):
    assert deficit_stands(form, fault, head) is Assertion.NEGATED


@settings(max_examples=150, deadline=None)
@given(FINDINGS, FAULTS, st.sampled_from(["", "O: ", "Pain denied. ", "A: "]))
def test_faults_that_stand(form, fault, head):
    assert deficit_stands(form, fault, head) is Assertion.PRESENT


@settings(max_examples=150, deadline=None)
@given(NOT_DONE, st.lists(DRILLS, min_size=2, max_size=2, unique=True), st.sampled_from(["", "O: ", "97112 x 20 min: ", "Tx - "]))
def test_drills_not_done(form, drills, head):
    assert Assertion.PRESENT not in techniques_stand(form, drills, head)


@settings(max_examples=150, deadline=None)
@given(
    DONE,
    st.lists(DRILLS, min_size=2, max_size=2, unique=True),
    st.sampled_from(["", "O: ", "97112 x 20 min: ", "Treadmill refused. "]),
)
def test_drills_done(form, drills, head):
    assert techniques_stand(form, drills, head) == {Assertion.PRESENT}
