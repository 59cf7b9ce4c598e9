"""Text copied from another note: as the note itself shows it, and against earlier notes where they are given."""

from __future__ import annotations

from collections.abc import Iterable

from note_review.encounter import Encounter
from note_review.findings import Finding, Rule
from note_review.note import Span
from note_review.policy import Policy
from note_review.reading.sentences import find_sentences, words_of

MINIMUM_WORDS = 8
SHARE = 0.8
# Shorter notes, and those without a length or a claim, tell of no treatment ("Refused, will try tomorrow") and are often alike.
LEAST_NOTE = 12

CLONED_NOTE = Rule(
    code="NR241", name="cloned_note", severity="error", source="annotation guide, Reasons; what payers' reviewers look for as told by therapycomply.com and optimispt.com",
    summary="The text is copied from another visit's note.",
    why="Identical notes day after day are read as evidence that the visit was not documented, and cast doubt on every other note.",
    fix="What of this was done and seen on this day, for how long, and how did the patient respond?",
    example="(copied from 5/11 encounter)",
)  # fmt: skip
RULES = (CLONED_NOTE,)


def check(encounter: Encounter, policy: Policy) -> Iterable[Finding]:
    """Report a copy that the note itself shows, a note that is an earlier one but for its dates, or one most of whose sentences stand there."""
    shown = encounter.flagged("copied")
    if shown:
        yield Finding(CLONED_NOTE, "The note says or shows that its text was carried over.", evidence=shown[:4])
        return
    if not encounter.note.prior_notes:
        return
    text = encounter.note.text
    words = words_of(text)
    is_treatment = len(words) >= LEAST_NOTE and bool(encounter.minutes or encounter.claim)
    if is_treatment and any(words == words_of(prior.text) for prior in encounter.note.prior_notes):
        whole = Span(0, len(text))
        yield Finding(CLONED_NOTE, "The note is an earlier one word for word.", evidence=(whole,), detail={"share": 100})
        return
    own = find_sentences(text, minimum_words=MINIMUM_WORDS)
    if len(own) < 3:
        return
    for prior in encounter.note.prior_notes:
        earlier = {words for _, words in find_sentences(prior.text, minimum_words=MINIMUM_WORDS)}
        copied = [span for span, words in own if words in earlier]
        if len(copied) / len(own) >= SHARE:
            share = round(100 * len(copied) / len(own))
            yield Finding(
                CLONED_NOTE,
                f"{share} % of the sentences stand in an earlier note word for word.",
                evidence=tuple(copied[:6]),
                detail={"share": share},
            )
            return
