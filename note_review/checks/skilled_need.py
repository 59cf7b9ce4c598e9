"""Whether the skill of a therapist shows in giving the service, and whether it was given one-on-one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from note_review.checks.questions import question
from note_review.claims.withheld import was_given
from note_review.documented import DECIDES
from note_review.encounter import Encounter
from note_review.findings import Finding, Rule
from note_review.judged import UNSKILLED, Judged, judged_service, shares_of, techniques_of
from note_review.policy import Policy
from note_review.reading.service_names import TIMED_CODES

SKILLED_NEED_MISSING = Rule(
    code="NR221", name="skilled_need_missing", severity="warning", source="Medicare Benefit Policy Manual ch. 15, 220.2; billing guide 97112, denial reason 3", absence=True,
    summary="No cueing, assistance, grading or judgement shows in giving the service.",
    why="A service is covered because it needs a therapist. Where the note shows only what the patient did, a reviewer cannot see why an aide or a home programme would not do.",
    fix="What, if anything, did the therapist or assistant have to do: which cue or assistance, which change of grade and why, which judgement of safety?",
    example="Wobble board 3 min, tandem walk x4, SLS 3x30 s.",
)  # fmt: skip
NOT_ONE_ON_ONE = Rule(
    code="NR231", name="not_one_on_one", severity="error", source="billing guide 97112; Claims Processing Manual ch. 5, 20.2-20.3; NCCI policy manual 2026 ch. XI (97150)",
    summary="A timed service was not given one-on-one: a group, two patients at once, or an aide.",
    why="97112, 97110 and 97530 are constant-attendance codes: only direct one-on-one minutes count. Time in a group is billed as a group; an aide's time is not billed.",
    fix="Which minutes, if any, were direct one-on-one with the therapist or assistant?",
    example="Balance class, 5 patients, 45 min, 97112 x3.",
)  # fmt: skip
GENERIC_EXERCISE = Rule(
    code="NR211", name="generic_exercise", severity="error", source="billing guide 97112, denial reason 3; LCD wording on 97110 as paraphrased by therapycomply.com", absence=True,
    summary="Plain sets and repetitions with no purpose tied to this patient.",
    why="Payers read an exercise list without a purpose as general conditioning, which needs no therapist's skill.",
    fix="What was each activity for in this patient, and what, if anything, did the therapist or assistant have to do while it was done?",
    example="Ther ex: bike 10 min, LAQ 3x10, heel raises 3x10. Tolerated well.",
)  # fmt: skip
RULES = (SKILLED_NEED_MISSING, NOT_ONE_ON_ONE, GENERIC_EXERCISE)


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Report missing skill, plain exercise and service that was not one-on-one."""
    judged = judged_service(encounter)
    given = was_given(encounter, judged)
    for finding in _found(encounter, judged, given=given):
        yield replace(finding, fix=question(finding.rule.name, judged, given=given), detail={"codes": [judged.code]})


def _found(encounter: Encounter, judged: Judged, *, given: bool) -> Iterator[Finding]:
    if encounter.documented["skill"] < DECIDES:
        # Where somebody else is told to treat, those words say why.
        others = tuple(flag.span for flag in shares_of(encounter, judged.service, UNSKILLED)[:4])
        yield Finding(
            SKILLED_NEED_MISSING,
            "Nothing shows the therapist's skill in giving the service.",
            evidence=others,
            looked_in=() if others else ("whole note",),
        )
    # Where nothing was done, no exercise was plain.
    if given and encounter.present("technique") and encounter.documented["purposeful"] < DECIDES:
        evidence = tuple(m.span for m in techniques_of(encounter, judged.service) if m.attribute == "exercise")[:6]
        looked = () if evidence else ("the service's text",)
        yield Finding(GENERIC_EXERCISE, "The exercise is plain sets and repetitions.", evidence=evidence, looked_in=looked)
    if encounter.documented["alone"] < DECIDES and judged.code in TIMED_CODES:
        shared = shares_of(encounter, judged.service)
        kinds = ", ".join(sorted({flag.name for flag in shared}))
        yield Finding(
            NOT_ONE_ON_ONE,
            f"The note shows a service that was not one-on-one{f' ({kinds})' if kinds else ''}.",
            evidence=tuple(f.span for f in shared[:4]),
            looked_in=() if shared else ("whole note",),
        )
