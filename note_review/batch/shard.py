"""A shard on its way: its inputs, what came of each, in input order whoever finishes first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from note_review.batch.worker import NOTE, PARCEL
from note_review.sources import Entry, Input, Parcel, SourcedNote, UnreadableNote


@dataclass(slots=True)
class Outcome:
    """A note with its review, or the reason why there is none; ``known`` is what reading has found out about the note."""

    entry: Entry
    review: bytes | None = None
    reason: str = ""
    known: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """One thing for a worker: a file to unpack or a note to review. ``slot`` is where its outcome goes."""

    shard: Shard
    item: Parcel | SourcedNote
    slot: list[Outcome | None]
    place: int = 0
    tries: int = 0

    def order(self) -> bytes:
        """Return it as a worker takes it."""
        return (PARCEL if isinstance(self.item, Parcel) else NOTE) + self.item.model_dump_json().encode()


class Shard:
    """Some inputs in a row.

    Parameters
    ----------
    number, digest
        Which shard it is, and the hash of its inputs.
    inputs
        Notes, parcels and what could not be read.
    """

    def __init__(self, number: int, digest: str, inputs: Sequence[Input]) -> None:
        self.number, self.digest, self.size = number, digest, len(inputs)
        self._inputs: Sequence[Input] = inputs
        self._slots: list[list[Outcome | None]] = []
        self._open = 0

    def begin(self) -> list[Task]:
        """Return what there is to do."""
        tasks = []
        for item in self._inputs:
            unreadable = isinstance(item, UnreadableNote)
            self._slots.append([Outcome(item) if isinstance(item, UnreadableNote) else None])
            if not unreadable:
                assert not isinstance(item, UnreadableNote)
                tasks.append(Task(self, item, self._slots[-1]))
        self._inputs, self._open = (), len(tasks)
        return tasks

    def unpacked(self, task: Task, entries: list[Entry]) -> list[Task]:
        """Put a parcel's entries in its place, and return the notes among them as what is to be done now."""
        task.slot[:] = [None if isinstance(entry, SourcedNote) else Outcome(entry) for entry in entries]
        notes = [Task(self, entry, task.slot, place) for place, entry in enumerate(entries) if isinstance(entry, SourcedNote)]
        self._open += len(notes) - 1
        return notes

    def settle(self, task: Task, *, review: bytes | None = None, reason: str = "", known: bytes = b"{}") -> None:
        """Take what came of a task."""
        item = task.item
        entry: Entry = (
            item if isinstance(item, SourcedNote) else UnreadableNote(reason, source=item.source, place=item.place, id=item.stem)
        )
        task.slot[task.place] = Outcome(entry, review, reason, json.loads(known))
        self._open -= 1

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self._open == 0

    def lines(self) -> dict[str, list[bytes]]:
        """Return the shard's lines by kind, in input order."""
        lines: dict[str, list[bytes]] = {"reviews": [], "notes": [], "errors": [], "warnings": []}
        for outcome in self._outcomes():
            entry = outcome.entry
            if isinstance(entry, UnreadableNote):
                lines["errors"].append(_line(entry, entry.reason))
                continue
            warnings = outcome.known.get("warnings", entry.warnings)
            assert isinstance(warnings, list | tuple)
            lines["warnings"] += [_line(entry, str(warning)) for warning in warnings]
            if outcome.review is None:
                lines["errors"].append(_line(entry, outcome.reason))
            else:
                lines["reviews"].append(outcome.review + b"\n")
                lines["notes"].append(_note_line(entry, outcome.known))
        return lines

    def _outcomes(self) -> Iterator[Outcome]:
        return (outcome for slot in self._slots for outcome in slot if outcome is not None)


def _note_line(note: SourcedNote, known: dict[str, object]) -> bytes:
    about: dict[str, object] = {name: getattr(note, name) for name in ("id", "source", "place", "payer", "discipline", "text")}
    about |= {name: known.get(name) for name in ("patient", "clinician", "clinic", "joined")}
    about["date_of_service"] = note.date_of_service and note.date_of_service.isoformat()
    return json.dumps(about, ensure_ascii=False).encode() + b"\n"


def _line(entry: Entry, reason: str) -> bytes:
    about = {"id": entry.id, "source": entry.source, "place": entry.place, "reason": reason}
    return json.dumps(about, ensure_ascii=False).encode() + b"\n"
