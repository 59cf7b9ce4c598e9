"""A review as rows of the Parquet tables that a batch leaves: reviews, findings, services, claim lines and notes."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from note_review.batch.store import whole
from note_review.reports.summary import failed_checks, standing_reasons

Row = dict[str, Any]
ROW_GROUP = 5_000
_TEXTS = pa.list_(pa.string())
_KEYS = [("n", pa.int64()), ("id", pa.string())]
SCHEMAS: Mapping[str, Any] = {
    "reviews": pa.schema([
        *_KEYS, ("source", pa.string()), ("place", pa.string()), ("patient", pa.string()), ("clinician", pa.string()),
        ("clinic", pa.string()), ("payer", pa.string()), ("discipline", pa.string()), ("date_of_service", pa.date32()),
        ("level", pa.string()), ("score", pa.float64()), ("code", pa.string()), ("assumed", pa.bool_()), ("reads_as", pa.string()),
        ("probability", pa.float64()), ("skill_shown", pa.float64()), ("claim_source", pa.string()), ("minutes", pa.int64()),
        ("amount", pa.float64()), ("missing", _TEXTS), ("reasons", _TEXTS), ("failed_checks", _TEXTS), ("unread", pa.int64()),
        ("characters", pa.int64()), ("text_sha256", pa.string()), ("engine", pa.string()), ("model", pa.string()),
        ("policy_as_of", pa.string()), ("policy_payer", pa.string()),
    ]),
    "findings": pa.schema([
        *_KEYS, ("kind", pa.string()), ("finding", pa.string()), ("rule", pa.string()), ("severity", pa.string()),
        ("result", pa.string()), ("message", pa.string()), ("fix", pa.string()), ("source", pa.string()), ("start", pa.int64()),
        ("end", pa.int64()), ("amount", pa.float64()), ("told_by", pa.string()),
    ]),
    "services": pa.schema([
        *_KEYS, ("service", pa.int64()), ("billed", pa.string()), ("reads_as", pa.string()), ("probability", pa.float64()),
        ("minutes", pa.int64()), ("start", pa.int64()), ("end", pa.int64()),
    ]),
    "lines": pa.schema([
        *_KEYS, ("line", pa.int64()), ("code", pa.string()), ("units", pa.int64()), ("modifiers", _TEXTS),
        ("supported_units", pa.int64()), ("amount", pa.float64()), ("at_stake", pa.float64()),
    ]),
    "notes": pa.schema([*_KEYS, ("text", pa.string())]),
}  # fmt: skip


def rows_of(n: int, note: Row, review: Row) -> dict[str, list[Row]]:
    """Return a note's rows of every table.

    Parameters
    ----------
    n
        The review's number in ``reviews.jsonl``, from 0.
    note
        What is known of the note: id, source, place, patient, clinician, clinic, payer, discipline, date_of_service, text.
    review
        The review as decoded JSON.
    """
    keys = {"n": n, "id": note["id"]}
    return {
        "reviews": [keys | _review(note, review)],
        "findings": [keys | row for row in _findings(review)],
        "services": [keys | {"service": number, **_service(service)} for number, service in enumerate(review["services"])],
        "lines": [keys | {"line": number, **row} for number, row in enumerate(review["claim"]["lines"])],
        "notes": [keys | {"text": note["text"]}],
    }


def _review(note: Row, review: Row) -> Row:
    risk, claim, model, policy = review["risk"], review["claim"], review["model"], review["policy"]
    day = review["date_of_service"] or note["date_of_service"]
    minutes = [service["minutes"] for service in review["services"] if service["minutes"] is not None]
    amounts = [line["amount"] for line in claim["amounts"] if line["amount"] is not None]
    return {
        **{name: note[name] for name in ("source", "place", "patient", "clinician", "clinic")},
        "payer": note["payer"] or policy["payer"],
        "discipline": review["discipline"] or note["discipline"],
        "date_of_service": datetime.date.fromisoformat(day) if day else None,
        **{name: risk[name] for name in ("level", "score", "code", "assumed")},
        "reads_as": review["reads_as"],
        "probability": review["probabilities"].get(review["reads_as"]),
        "skill_shown": review["skill_shown"],
        "claim_source": claim["source"],
        "minutes": sum(minutes) if minutes else None,
        "amount": round(sum(amounts), 2) if amounts else None,
        "missing": review["missing"],
        "reasons": standing_reasons(risk),
        "failed_checks": failed_checks(claim),
        "unread": len(review["unread"]),
        "characters": len(note["text"]),
        "text_sha256": hashlib.sha256(note["text"].encode("utf-8", "surrogatepass")).hexdigest(),
        "engine": model["engine"],
        "model": f"{model['name']} {model['version']}",
        "policy_as_of": policy["as_of"],
        "policy_payer": policy["payer"],
    }


def _findings(review: Row) -> Iterator[Row]:
    amounts = {work["finding"]: work["amount"] for work in review["claim"]["worklist"]}
    fixes = {work["finding"]: work["fix"] for work in review["claim"]["worklist"]}
    for reason in review["risk"]["reasons"]:
        name = reason["reason"]
        result = "unknown" if reason["pending"] else "fail"
        row = {"kind": "reason", "finding": name, "result": result, "fix": reason["fix"], "told_by": None}
        yield row | {"amount": amounts.get(name)} | _said(reason)
    for check in review["claim"]["checks"]:
        name = check["check"]
        # The reason beside it that tells the same.
        told_by = check["detail"].get("reason")
        row = {"kind": "check", "finding": name, "result": check["result"], "fix": fixes.get(name), "told_by": told_by}
        yield row | {"amount": amounts.get(name)} | _said(check)


def _said(finding: Row) -> Row:
    first = finding["evidence"][0] if finding["evidence"] else {"start": None, "end": None}
    return {name: finding[name] for name in ("rule", "severity", "message", "source")} | {n: first[n] for n in ("start", "end")}


def _service(service: Row) -> Row:
    return {name: service[name] for name in ("billed", "reads_as", "minutes", "start", "end")} | {
        "probability": service["probabilities"].get(service["reads_as"])
    }


class Tables:
    """The five Parquet files of a folder, written as rows come and each whole or not at all."""

    def __init__(self, out: Path) -> None:
        self._out, self._files = out, ExitStack()
        self._writers: dict[str, Any] = {}
        self._rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}

    def add(self, rows: Mapping[str, list[Row]]) -> None:
        """Take the rows of a note."""
        for name, more in rows.items():
            self._rows[name] += more
            if len(self._rows[name]) >= ROW_GROUP:
                self._flush(name)

    def _flush(self, name: str) -> None:
        self._writers[name].write_batch(pa.RecordBatch.from_pylist(self._rows[name], schema=SCHEMAS[name]))
        self._rows[name] = []

    def __enter__(self) -> Tables:
        for name, schema in SCHEMAS.items():
            file = self._files.enter_context(whole(self._out / f"{name}.parquet"))
            self._writers[name] = pq.ParquetWriter(file, schema, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            for name, writer in self._writers.items():
                self._flush(name)
                writer.close()
        self._files.__exit__(kind, error, trace)
