"""Who gave each code, as the note tells it: minutes told by person, else the one who signs alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from note_review.encounter import ASSISTANTS, Encounter, GivenBy
from note_review.reading import titles

NOT_SAID = "the note does not say who gave it"
_ASSISTANT_TITLES = titles.PHYSICAL_ASSISTANTS | titles.OCCUPATIONAL_ASSISTANTS


@dataclass(frozen=True, slots=True)
class Part:
    """The assistant's part of a code: ``all``, ``none``, a number of minutes, or None; ``why`` says what is open, or not told in so many words.

    ``at_least`` are the minutes that are told as the assistant's where the rest is open.
    """

    assistant: int | Literal["all", "none"] | None
    why: str = ""
    at_least: int = 0


def parts_of(codes: list[str], encounter: Encounter, totals: Mapping[str, int]) -> dict[str, Part]:
    """Return the assistant's part of each code; ``totals`` are the minutes of the codes whose minutes are known.

    What no words give to anybody is the work of the assistant who signs alone. It is the therapist's who signs alone
    where the assistant's own part is told.
    """
    told = {code: given_by(encounter, code) for code in codes}
    signers = _signers(encounter)
    rest = Part(None, NOT_SAID)
    if signers and signers <= _ASSISTANT_TITLES:
        rest = Part("all")
    elif signers and signers <= titles.THERAPISTS and any(g.by in ASSISTANTS for given in told.values() for g in given):
        rest = Part("none", NOT_SAID)
    is_signed = bool(signers)
    return {code: _part(given, totals.get(code), rest, is_signed=is_signed) if given else rest for code, given in told.items()}


def given_by(encounter: Encounter, code: str) -> tuple[GivenBy, ...]:
    """Return what the note tells of who gave a code."""
    return tuple(g for service in encounter.services if (service.billed or service.named) == code for g in service.given_by)


def _part(given: tuple[GivenBy, ...], total: int | None, rest: Part, *, is_signed: bool) -> Part:
    by_assistant = {part.by in ASSISTANTS for part in given}
    untimed = total is None or any(part.minutes is None for part in given)
    if untimed:
        return (
            Part("all" if True in by_assistant else "none")
            if len(by_assistant) == 1
            else Part(None, "the minutes of each are not told")
        )
    assistant = sum(part.minutes or 0 for part in given if part.by in ASSISTANTS)
    both = sum(part.minutes or 0 for part in given)
    if both > (total or 0):
        return Part(None, f"the minutes told by person come to {both}, those of the service to {total}")
    # Beside an assistant's part that is told, the rest is the therapist's who signs alone; no other signature says whose it is.
    if both == total or (assistant and (rest.assistant == "none" or not is_signed)):
        return Part(assistant)
    if assistant or rest.assistant == "all":
        return Part(None, f"the note does not say who gave {(total or 0) - both} of its minutes", at_least=assistant)
    return rest


def _signers(encounter: Encounter) -> frozenset[str]:
    """Return the titles that sign, without those that a length or a service is told beside."""
    text = encounter.note.text
    told = {given.title for service in encounter.services for given in service.given_by}
    return frozenset(titles.standard(text[span.start : span.end]) for span in encounter.signature.spans if span not in told)
