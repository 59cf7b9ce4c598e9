"""A reviewer without judgement: settled reviews in the contract's shape, and notes that make it slow, raise, hang or die."""

import os
import re
import time

from note_review.note import Note
from note_review.review import (
    CheckOut,
    ClaimLineOut,
    ClaimOut,
    DeficitOut,
    Evidence,
    MinutesOut,
    ModelOut,
    PolicyOut,
    ReasonOut,
    Review,
    RiskOut,
    ServiceOut,
    WhatIf,
)
from note_review.settings import Settings

MINUTES = re.compile(r"(\d+) min")
DEFICIT = re.compile(r"delayed [\w ]*strategy|<b>deficit</b>")


class FakeReviewer:
    """The methods of Reviewer."""

    def __init__(self, settings: Settings = Settings()) -> None:
        self.settings = settings
        self.version = os.environ.get("FAKE_VERSION", "fake-1")
        self.pause = float(os.environ.get("FAKE_PAUSE", "0"))
        self.seen = os.environ.get("FAKE_SEEN")

    def review(self, note: Note) -> Review:
        if self.seen:
            with open(self.seen, "a") as file:
                file.write(note.id + "\n")
        time.sleep(self.pause)
        if "RAISE" in note.text:
            raise ValueError(f"cannot take {note.text}")
        if "HANG" in note.text:
            time.sleep(3600)
        if "DIE" in note.text:
            os._exit(9)
        return make_review(note)


def build(settings: Settings) -> FakeReviewer:
    return FakeReviewer(settings)


def build_broken(settings: Settings) -> FakeReviewer:
    raise RuntimeError("CANARY no model")


def make_review(note: Note) -> Review:
    minutes = [
        MinutesOut(start=m.start(), end=m.end(), text=m.group(), value=int(m.group(1)), scope="97112")
        for m in MINUTES.finditer(note.text)
    ]
    deficits = [
        DeficitOut(start=m.start(), end=m.end(), text=m.group(), domain="balance", confidence=0.9)
        for m in DEFICIT.finditer(note.text)
    ]
    draft = note.stage == "draft"
    spread = {"97112": 0.91, "97110": 0.06, "97530": 0.02, "other": 0.01}
    whole = Evidence(start=0, end=len(note.text))
    service = ServiceOut(
        start=0, end=len(note.text), billed="97112", minutes=minutes[0].value if minutes else None, reads_as="97112",
        probabilities=spread, parts=[whole], pulls={},
    )  # fmt: skip
    reason = ReasonOut(
        reason="response_missing", rule="NR201", severity="error", message="No response to treatment is recorded.",
        fix="Record how the patient responded, if it was observed.", evidence=[Evidence(start=0, end=min(20, len(note.text)))],
        looked_in=["objective"], source="Benefit Policy Manual ch. 15, 220.3",
        pending=draft,
    )  # fmt: skip
    check = CheckOut(
        check="units_match_minutes", rule="NR301", result="unknown" if draft else "fail", pending=draft, message="2 units billed, 1 supported", severity="error",
        source="Claims Processing Manual ch. 5, 20.2", evidence=[], detail={"minutes": {"97112": 15}, "billed": 2},
    )  # fmt: skip
    lines = [
        ClaimLineOut(
            code=x.code, units=x.units, modifiers=list(x.modifiers) if x.modifiers else None,
            supported_units=1 if x.code == "97112" else None,
        )
        for x in note.claim
    ]  # fmt: skip
    return Review(
        id=note.id, reads_as="97112", probabilities=spread, skill_shown=0.5, services=[service], deficits=deficits, techniques=[],
        minutes=minutes, responses=[], missing=["response"], pending=["technique"] if draft else [],
        risk=RiskOut(level="moderate", score=0.4, code="97112", assumed=not lines, reasons=[reason], pending=draft,
                     would_change=[WhatIf(change="a measured response", score=0.1, level="low")]),
        claim=ClaimOut(lines=lines, source="given" if lines else "none", supported_units={"97112": 1}, checks=[check]),
        unread=[], model=ModelOut(name="fake", version="1", engine="accurate"),
        policy=PolicyOut(as_of="2026-01-01", payer="medicare", edits_quarter=None), stage=note.stage,
    )  # fmt: skip
