"""The four elements that a note must show for its main service: deficit, technique, minutes, response."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from note_review.checks.questions import question
from note_review.claims.withheld import was_given, withheld
from note_review.documented import DECIDES
from note_review.encounter import Encounter, Mention
from note_review.findings import Finding, Rule
from note_review.judged import Judged, deficits_of, judged_service, responses_of
from note_review.note import Span
from note_review.policy import Policy

_GUIDE = "annotation guide, missing; billing guide 97112, documentation requirements"
_TREATMENT_NOTE = "Medicare Benefit Policy Manual ch. 15, 220.3.E; billing guide 97112, documentation requirements"

DEFICIT_MISSING = Rule(
    code="NR101", name="deficit_missing", severity="error", source=_GUIDE, absence=True,
    summary="No deficit that this service treats is named as present in this patient.",
    why="A reviewer looks for the impairment that makes the service necessary. For 97112 that is one of movement, balance, coordination, kinesthetic sense, posture or proprioception; a diagnosis, pain, "
    "weakness or a functional limit alone does not carry it.",
    fix="If an impairment or a limit that this service treats was found, which one was it, and how did it show today?",
    example="97112 x 2: step-ups, mini squats. (Nothing says what was impaired.)",
)  # fmt: skip
DEFICIT_NOT_SPECIFIC = Rule(
    code="NR102", name="deficit_not_specific", severity="warning", source=_GUIDE, absence=True,
    summary="The deficit is so general that it could be anyone's.",
    why="Words like 'balance problems' name a heading, not what this patient cannot do; payers treat them as a missing deficit.",
    fix="Which task, side, condition or measure shows the deficit in this patient?",
    example="Neuro re-ed for decreased balance.",
)  # fmt: skip
TECHNIQUE_MISSING = Rule(
    code="NR111", name="technique_missing", severity="error", source=_TREATMENT_NOTE, absence=True,
    summary="No activity given in this visit is named for the service.",
    why="The treatment note must name each intervention so that it can be matched to the billed code; a purpose ('balance activities') or 'per flowsheet' names none.",
    fix="What was done: which activity or technique, in which position or manner, and with which equipment or surface, if any?",
    example="97112 x 23 min: balance activities.",
)  # fmt: skip
MINUTES_MISSING = Rule(
    code="NR121", name="minutes_missing", severity="error", source=_TREATMENT_NOTE, absence=True,
    summary="The service's own minutes cannot be found.",
    why="Units follow minutes. Medicare requires total timed minutes and total treatment time and leaves minutes per service optional (220.3.E), but with several services under one total the allocation cannot be verified, "
    "and many payers ask for it.",
    fix="How many minutes of direct one-on-one treatment did this service take?",
    example="97112 x2, 97110 x1, total time 45 min.",
)  # fmt: skip
RESPONSE_MISSING = Rule(
    code="NR131", name="response_missing", severity="error", source=_GUIDE, absence=True,
    summary="Nothing says how the patient responded to the treatment.",
    why="Without a response a reviewer sees neither effect nor need; it is among the first things asked for.",
    fix="How did the patient respond: what was seen, measured or counted, and with how much help?",
    example="97112 x 15 min: tandem stance on foam, weight shifts.",
)  # fmt: skip
RESPONSE_NOT_MEASURED = Rule(
    code="NR132", name="response_not_measured", severity="warning", source=_GUIDE, absence=True,
    summary="The response is told in general words only.",
    why="'Tolerated well' and 'improving' are read as stock phrases; a payer asks for a measurable response and progress.",
    fix="Was anything measured or counted today? If so, what was it, and what was it before?",
    example="Pt tolerated treatment well.",
)  # fmt: skip
RULES = (DEFICIT_MISSING, DEFICIT_NOT_SPECIFIC, TECHNIQUE_MISSING, MINUTES_MISSING, RESPONSE_MISSING, RESPONSE_NOT_MEASURED)


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Report the elements that are missing for the judged service."""
    judged = judged_service(encounter)
    given = was_given(encounter, judged)
    for finding in _found(encounter, judged, given=given):
        yield replace(finding, fix=question(finding.rule.name, judged, given=given), detail={"codes": [judged.code]})


def _found(encounter: Encounter, judged: Judged, *, given: bool) -> Iterator[Finding]:
    sure = encounter.documented
    if sure["deficit"] < DECIDES:
        yield Finding(
            DEFICIT_MISSING,
            _deficit_message(judged.wants_neuromuscular, bool(encounter.present("deficit"))),
            looked_in=("whole note",),
        )
    elif sure["specific"] < DECIDES:
        deficits = deficits_of(encounter, judged) or encounter.present("deficit") or encounter.faint_deficits
        yield Finding(DEFICIT_NOT_SPECIFIC, f"The only deficit named for {judged.called} is general.", evidence=_spans(deficits))
    if sure["technique"] < DECIDES:
        yield Finding(
            TECHNIQUE_MISSING,
            f"No activity is named for {judged.called}."
            if given
            else f"By the note's own words nothing named for {judged.called} was done in this visit.",
            looked_in=("the service's text", "text outside other services"),
        )
    if judged.service is None or judged.service.minutes is None:
        yield Finding(
            MINUTES_MISSING,
            _minutes_message(encounter, judged),
            looked_in=("headings", "tables", "totals", "clock times"),
        )
    responses = encounter.present("response")
    if sure["response"] < DECIDES:
        yield Finding(
            RESPONSE_MISSING,
            f"No response to {judged.called} is documented.",
            looked_in=("the service's text", "text outside other services"),
        )
    elif sure["measured"] < DECIDES:
        near = responses_of(encounter, judged) or responses
        yield Finding(RESPONSE_NOT_MEASURED, "The response has no number, level, count or comparison.", evidence=_spans(near))


def _minutes_message(encounter: Encounter, judged: Judged) -> str:
    called = judged.called
    if judged.code in withheld(encounter):
        return f"By the note's own words {called} was not given; it has no minutes."
    scopes = {m.scope for m in encounter.minutes}
    if any(scope.startswith("total_") for scope in scopes):
        return f"{called[:1].upper()}{called[1:]} has no minutes of its own beside the total."
    return f"Minutes are given for other services, none for {called}." if scopes else f"No minutes are given for {called}."


def _deficit_message(neuromuscular: bool, others: bool) -> str:
    if neuromuscular and others:
        return "Deficits are named, but none of movement, balance, coordination, kinesthetic sense, posture or proprioception."
    return "No deficit is named as present."


def _spans(mentions: tuple[Mention, ...]) -> tuple[Span, ...]:
    return tuple(m.span for m in mentions[:6])
