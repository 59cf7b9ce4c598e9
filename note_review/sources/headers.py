"""The labelled lines at a note's head: who, by whom, where, when. For joining claims and counting by them; never for judging."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from note_review.sources.dates import WRITTEN_DAY, parse_day

_SEPARATOR = (
    r"(?=\s{2,}|\t|\s*\||\s*;|\s*,?\s+(?:DOB|D\.O\.B|DOS|MRN|Date|Age|Sex|Visit|Therapist|Provider|Clinician|Payer|Ins)\b|\n|$)"
)
_VALUE = r"\s*[:=#]\s*(?P<value>[^\n|;\t]{1,80}?)" + _SEPARATOR
_HEAD = 1500
_LABELS: tuple[tuple[str, str], ...] = (
    ("patient_id", r"(?:MRN|medical record (?:number|no\.?)|patient (?:id|no\.?|number)|pt id|account (?:no\.?|number)|acct)"),
    ("patient", r"(?:patient(?:'s)?(?: name)?|pt(?: name)?|client(?: name)?|resident(?: name)?|name)"),
    ("npi", r"(?:NPI|therapist npi|provider npi)"),
    ("clinician", r"(?:(?:treating |evaluating |rendering )?(?:therapist|clinician|provider)|(?:electronically )?signed(?: by)?|treated by|seen by)"),
    ("clinic", r"(?:clinic|facility|location|site|practice)"),
)  # fmt: skip
_PATTERNS = {name: re.compile(rf"(?im)(?:^|(?<=\s\s)|(?<=\t)|(?<=[|;]))[\s*>•#-]*{label}\**{_VALUE}") for name, label in _LABELS}
_CREDENTIALS = re.compile(
    r"(?i)(?:,|\s)+(?:S?PTA?|L?PTA|DPT|MPT|MSPT|RPT|LPT|OTR?(?:/L)?|COTA(?:/L)?|OTD|MOT|CHT|OCS|NCS|SCS|GCS|MS|PhD|Dr|Mr|Mrs|Ms|MD|#?\d+)\b\.?"
)
_DAY = re.compile(
    rf"(?i)(?<![a-z])(?:date of (?:service|visit|treatment)|service date|visit date|treatment date|date seen|dos|d\.o\.s\.|(?<!of )(?:note )?date)"
    rf"\**\s*[:=#]?\**\s*(?P<date>{WRITTEN_DAY})"
)
_TITLE = re.compile(r"(?i)^(?:dr|mr|mrs|ms)\.?\s+")


@dataclass(frozen=True, slots=True)
class Header:
    """What the labels say; None where there is none."""

    patient: str | None = None
    clinician: str | None = None
    clinic: str | None = None
    day: datetime.date | None = None
    patient_keys: tuple[str, ...] = ()
    clinician_keys: tuple[str, ...] = ()


def read_header(text: str) -> Header:
    """Read the labelled names and numbers of a note; a clinician may also stand in the signature at its end."""
    head = text[:_HEAD]
    found = {name: match["value"].strip(" *_") for name, pattern in _PATTERNS.items() if (match := pattern.search(head))}
    if "clinician" not in found:
        signed = list(_PATTERNS["clinician"].finditer(text[-600:]))
        found |= {"clinician": signed[-1]["value"].strip(" *_")} if signed else {}
    patients = tuple(filter(None, (found.get("patient_id"), found.get("patient"))))
    clinicians = tuple(filter(None, (found.get("npi"), found.get("clinician"))))
    day = _DAY.search(head)
    return Header(
        next(iter(patients), None), found.get("clinician") or found.get("npi"), found.get("clinic"),
        parse_day(day["date"]) if day else None, patients, clinicians,
    )  # fmt: skip


def name_key(written: str) -> str:
    """Return a name or number so that ``Doe, Jane A.``, ``Jane A Doe, PT`` and ``DOE^JANE^A`` are the same word, and ``MRN 0012`` is ``0012``."""
    bare = _TITLE.sub("", written.strip())
    bare = _CREDENTIALS.sub("", bare) if re.search(r"[A-Za-z]{2}", bare) and not re.search(r"\d{3}", bare) else bare
    words = re.findall(r"[a-z0-9]+", bare.replace("'", "").lower())
    if any(word.isdigit() and len(word) > 3 for word in words):
        return "".join(word for word in words if any(c.isdigit() for c in word))
    full = [word for word in words if len(word) > 1]
    return " ".join(sorted(full or words))
