"""A note and what is billed for it: what every door takes in (review contract, version 1)."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from note_review.errors import InputError

CODE = re.compile(r"\d{5}|[A-Z]\d{4}")
MAX_CHARACTERS = 1_000_000
MODIFIER = re.compile(r"[A-Z0-9]{2}")
DAY = "a day is written 2026-05-04"


class Span(NamedTuple):
    """Half-open range of Unicode code points into ``Note.text``: ``text[start:end]``."""

    start: int
    end: int


def _is_written(value: Any) -> Any:
    # Pydantic takes a number for the seconds since 1970.
    if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\s*[-+]?[\d.]+\s*", value)):
        raise ValueError(DAY)
    return value


def _is_no_truth(value: Any) -> Any:
    # Pydantic takes true for 1.
    if isinstance(value, bool):
        raise ValueError("a number is wanted")
    return value


Day = Annotated[datetime.date, BeforeValidator(_is_written)]
Count = Annotated[int, Field(ge=0), BeforeValidator(_is_no_truth)]


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class ClaimLine(_Input):
    """One line of a claim. ``units`` is None where unknown, ``modifiers`` None where nobody says."""

    code: Annotated[str, Field(description="CPT or HCPCS code.")]
    units: Annotated[
        Annotated[int, Field(ge=0, le=999), BeforeValidator(_is_no_truth)] | None,
        Field(description="Billed units; null where unknown."),
    ] = None
    modifiers: tuple[str, ...] | None = None

    @field_validator("code")
    @classmethod
    def _code_has_five_characters(cls, code: str) -> str:
        code = code.strip().upper()
        if not CODE.fullmatch(code):
            raise ValueError("a code has five characters: 97112, G0283")
        return code

    @field_validator("modifiers", mode="before")
    @classmethod
    def _modifiers_in_capitals(cls, modifiers: Any) -> Any:
        if modifiers is None:
            return None
        if not isinstance(modifiers, list | tuple):
            raise ValueError('modifiers are a list: ["GP", "59"]')
        return tuple(str(m).strip().upper() for m in modifiers if str(m).strip())


class PlanOfCare(_Input):
    """Dates of the plan of care as far as they are known (Benefit Policy Manual ch. 15, 220.1)."""

    start: Annotated[Day | None, Field(description="Day of the initial evaluation or of the plan.")] = None
    certified_on: Annotated[Day | None, Field(description="Day the physician or practitioner signed the plan.")] = None
    expires_on: Annotated[Day | None, Field(description="Last day of the certification.")] = None
    signed_by: Annotated[str | None, Field(description="Who certified.")] = None
    ordered_on: Annotated[Day | None, Field(description="Day of a signed and dated order or referral.")] = None
    sent_on: Annotated[Day | None, Field(description="Day the plan was sent to be signed.")] = None
    last_progress_report: Annotated[Day | None, Field(description="Day of the last progress report.")] = None
    visits_since_progress_report: Annotated[Count | None, Field(description="Treatment days since then.")] = None


class Assistant(_Input):
    """Who assisted and for how many minutes alone. ``minutes`` are by code, or one number for the visit."""

    role: Annotated[Literal["PTA", "OTA"] | None, Field(description="Physical or occupational therapy assistant.")] = None
    minutes: Annotated[
        dict[str, Count] | Count | None,
        Field(description='Minutes alone with the patient: by code, {"97112": 10}, or one number for the visit.'),
    ] = None


class PriorNote(_Input):
    """An earlier note, for the comparison of texts."""

    text: Annotated[str, Field(description="The earlier note's words.")]
    id: Annotated[str | None, Field(description="Your name for it.")] = None
    date_of_service: Annotated[Day | None, Field(description="Its day.")] = None


class Note(_Input):
    """One note as it was written, with what is billed for it and what is known around it.

    ``text`` is never changed; every offset of a review counts code points into it.
    """

    text: Annotated[
        str, Field(max_length=MAX_CHARACTERS, description="The note as written; every offset counts code points into it.")
    ]
    id: Annotated[str, Field(description="Text or a number; without one, note.")] = "note"
    claim: Annotated[
        tuple[ClaimLine, ...], Field(description="What is billed; without it, the codes and units that the note itself states.")
    ] = ()
    date_of_service: Annotated[Day | None, Field(description="Decides the policy in force; else the note's own day.")] = None
    discipline: Annotated[Literal["PT", "OT"] | None, Field(description="Else as the note says.")] = None
    payer: Annotated[
        str | None,
        Field(
            description="A shipped payer's name (medicare, ama_midpoint, ...); any other is judged as --payer says. policy.payer tells which."
        ),
    ] = None
    plan_of_care: Annotated[PlanOfCare | None, Field(description="What is known of the plan of care.")] = None
    kx_accrued: Annotated[
        Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(_is_no_truth)] | None,
        Field(description="US dollars counted toward this year's therapy threshold before this visit."),
    ] = None
    assistant: Annotated[Assistant | None, Field(description="An assistant's part: role and minutes, or either alone.")] = None
    prior_notes: Annotated[
        tuple[PriorNote, ...], Field(description="The patient's earlier notes or their texts, to find carried words.")
    ] = ()
    stage: Annotated[
        Literal["final", "draft"], Field(description="Of a draft, what is absent is told as pending, not as missing.")
    ] = "final"
    patient: Annotated[str | None, Field(description="Your name for the patient, for audits across notes.")] = None
    clinician: Annotated[str | None, Field(description="Who wrote it, for audits across notes.")] = None
    clinic: Annotated[str | None, Field(description="Where, for audits across notes.")] = None

    @field_validator("claim", "prior_notes", mode="before")
    @classmethod
    def _absent_is_empty(cls, value: Any) -> Any:
        return () if value is None else value

    @field_validator("prior_notes", mode="before")
    @classmethod
    def _plain_text_is_a_note(cls, value: Any) -> Any:
        if value is not None and not isinstance(value, list | tuple):
            raise ValueError("prior_notes are a list of texts or notes")
        return tuple({"text": v} if isinstance(v, str) else v for v in value or ())

    @field_validator("assistant", mode="before")
    @classmethod
    def _role_or_minutes_alone(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"role": value.upper()}
        return {"minutes": value} if isinstance(value, int | float) and not isinstance(value, bool) else value

    @field_validator("id", mode="before")
    @classmethod
    def _id_is_text(cls, value: Any) -> Any:
        return "note" if value is None else str(value)


NAMES = frozenset(name for part in (Note, ClaimLine, PlanOfCare, Assistant, PriorNote) for name in part.model_fields)
# In place of the validator's words, which speak of its own types.
SAID = {
    "tuple_type": "a list is wanted",
    "model_type": "an object is wanted",
    "date_parsing": DAY,
    "date_type": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
}


def note_of(record: Any, *, source: str = "note", default_id: str | None = None) -> Note:
    """Make a note of a decoded JSON object, a row, or anything with the contract's names.

    Raises
    ------
    InputError
        ``text`` is absent or a field is not what the contract says; the message names the field and quotes nothing.
    """
    if not isinstance(record, dict):
        raise InputError("a note is an object with a text", source=source)
    if default_id is not None and not record.get("id"):
        record = {**record, "id": default_id}
    try:
        note = Note.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        reason = SAID.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise InputError(reason, source=source, place=f"field {_place(first['loc'])}") from None
    if not note.text.strip():
        raise InputError("the note is empty", source=source, place="field text")
    return note


def _place(path: tuple[int | str, ...]) -> str:
    """Return ``claim[0].units``, as far as it is the contract's own: what stands deeper may be a key of the caller's."""
    place = ""
    for step in path:
        if isinstance(step, int):
            place += f"[{step}]"
        elif step in NAMES:
            place += f".{step}" if place else step
        else:
            break
    return place or "note"


def parse_claim(written: str, *, source: str = "claim") -> tuple[ClaimLine, ...]:
    """Read a claim as it is written in one line: ``97112:2:GP,97110:1:GP-59``; ``source`` is what an error calls it.

    Stricter than JSON, where a line of 0 units may come from another program: typed, 0 units or a modifier of three characters is a slip.

    Raises
    ------
    InputError
        A line has no five-character code, units that are no number above 0, or a modifier that has not two characters.
    """
    lines = []
    for number, part in enumerate(filter(None, (p.strip() for p in written.split(","))), 1):
        code, _, rest = part.partition(":")
        units, _, modifiers = rest.partition(":")
        try:
            line = ClaimLine(
                code=code,
                units=int(units) if units.strip() else None,
                modifiers=tuple(re.split(r"[-:+ ]", modifiers)) if modifiers else None,
            )
            if line.units == 0 or not all(map(MODIFIER.fullmatch, line.modifiers or ())):
                raise ValueError
            lines.append(line)
        except (ValueError, ValidationError):
            raise InputError("wants CODE:UNITS:MODIFIERS, like 97112:2:GP-59", source=source, place=f"line {number}") from None
    return tuple(lines)
