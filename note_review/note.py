"""A note and what is billed for it: what every door takes in (review contract, version 1)."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from note_review.errors import InputError

CODE = re.compile(r"\d{5}|[A-Z]\d{4}")
MAX_CHARACTERS = 1_000_000


class Span(NamedTuple):
    """Half-open range of Unicode code points into ``Note.text``: ``text[start:end]``."""

    start: int
    end: int


def _is_written(value: Any) -> Any:
    # Pydantic takes a number for the seconds since 1970.
    if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"\s*[-+]?[\d.]+\s*", value)):
        raise ValueError("a day is written 2026-05-04")
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

    code: str
    units: Annotated[int, Field(ge=0, le=999), BeforeValidator(_is_no_truth)] | None = None
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

    start: Day | None = None
    certified_on: Day | None = None
    expires_on: Day | None = None
    signed_by: str | None = None
    ordered_on: Day | None = None
    sent_on: Day | None = None
    last_progress_report: Day | None = None
    visits_since_progress_report: Count | None = None


class Assistant(_Input):
    """Who assisted and for how many minutes alone. ``minutes`` are by code, or one number for the visit."""

    role: Literal["PTA", "OTA"] | None = None
    minutes: dict[str, Count] | Count | None = None


class PriorNote(_Input):
    """An earlier note, for the comparison of texts."""

    text: str
    id: str | None = None
    date_of_service: Day | None = None


class Note(_Input):
    """One note as it was written, with what is billed for it and what is known around it.

    ``text`` is never changed; every offset of a review counts code points into it.
    """

    text: Annotated[str, Field(max_length=MAX_CHARACTERS)]
    id: str = "note"
    claim: tuple[ClaimLine, ...] = ()
    date_of_service: Day | None = None
    discipline: Literal["PT", "OT"] | None = None
    payer: str | None = None
    plan_of_care: PlanOfCare | None = None
    kx_accrued: Annotated[float, Field(ge=0, allow_inf_nan=False), BeforeValidator(_is_no_truth)] | None = None
    assistant: Assistant | None = None
    prior_notes: tuple[PriorNote, ...] = ()
    stage: Literal["final", "draft"] = "final"
    patient: str | None = None
    clinician: str | None = None
    clinic: str | None = None

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
        # Only the contract's own name: what stands deeper may be a key of the caller's.
        field = str(first["loc"][0]) if first["loc"] else "note"
        raise InputError(first["msg"], source=source, place=f"field {field}") from None
    if not note.text.strip():
        raise InputError("the note is empty", source=source, place="field text")
    return note


def parse_claim(written: str) -> tuple[ClaimLine, ...]:
    """Read a claim as the command line takes it: ``97112:2:GP,97110:1:GP-59``.

    Raises
    ------
    InputError
        A line has no five-character code, or units that are no number.
    """
    lines = []
    for number, part in enumerate(filter(None, (p.strip() for p in written.split(","))), 1):
        code, _, rest = part.partition(":")
        units, _, modifiers = rest.partition(":")
        try:
            lines.append(
                ClaimLine(
                    code=code,
                    units=int(units) if units.strip() else None,
                    modifiers=tuple(re.split(r"[-:+ ]", modifiers)) if modifiers else None,
                )
            )
        except (ValueError, ValidationError):
            raise InputError("wants CODE:UNITS:MODIFIERS, like 97112:2:GP-59", source="--claim", place=f"line {number}") from None
    return tuple(lines)
