"""Comparing the notes of a reviewed folder: two passes in order of patient and of clinician, what is found written row by row."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from note_review.across.carried import Contradiction, contradictions
from note_review.across.copied import CLINICIAN_WINDOW, PATIENT_WINDOW, Copy, Earlier
from note_review.across.days import Hours, day_findings, patient_findings
from note_review.across.episodes import VISITS, Episode
from note_review.across.finding import AcrossFinding
from note_review.across.habit import CARRIED, carried_findings, settle
from note_review.across.peers import Compared, Count, compare, outliers
from note_review.across.rules import CARRIED_CONTRADICTION
from note_review.across.visit import Visit
from note_review.reading.service_names import TIMED_CODES
from note_review.reviewed import Reviewed

ROWS = 5000
_T, _I, _F = pa.string(), pa.int64(), pa.float64()
ACROSS = pa.schema([
    ("finding", _T), ("rule", _T), ("severity", _T), ("message", _T), ("n", _I), ("others", pa.list_(_I)), ("clinician", _T),
    ("clinic", _T), ("date", pa.date32()), ("section", _T), ("start", _I), ("end", _I), ("against_start", _I), ("against_end", _I),
    ("count", _I), ("value", _F), ("usual", _F), ("direction", _T),
])  # fmt: skip
COPIES = pa.schema([("n", _I), ("section", _T), ("size", _I), ("share", _F), ("other", _I), ("basis", _T)])
PEERS = pa.schema([
    ("metric", _T), ("group", _T), ("clinician", _T), ("part", _F), ("whole", _I), ("value", _F), ("peers_part", _F), ("peers_whole", _I),
    ("peers", _F), ("spread", _F), ("distance", _F), ("low", _F), ("high", _F), ("direction", _T),
])  # fmt: skip
_VISITS = """
SELECT r.n, r.patient, r.clinician, r.clinic, r.date_of_service, r.discipline, coalesce(l.codes, []), coalesce(s.minutes, 0)::BIGINT, t.text
FROM reviews r JOIN notes t USING (n)
LEFT JOIN (SELECT n, list(DISTINCT code) AS codes FROM lines GROUP BY n) l USING (n)
LEFT JOIN (SELECT n, sum(minutes) AS minutes FROM services WHERE coalesce(billed, reads_as) IN (SELECT unnest(?)) GROUP BY n) s USING (n)
WHERE r.{who} IS NOT NULL ORDER BY r.{who}, r.date_of_service NULLS FIRST, r.n
"""
_KINDS = {"measure": "a value measured today", "fall": "a fall told today", "pain": "pain told today", "side": "the side treated today",
          "date": "the date: it counts time that has gone on since"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What the comparison goes by: the clinics' hours, and how many visits without change are a plateau."""

    hours: Hours = field(default_factory=Hours)
    visits: int = VISITS


def compare_notes(tables: Reviewed, out: Path, settings: Settings) -> dict[str, Any]:
    """Compare the notes of a folder; write ``across.parquet``, ``copies.parquet`` and ``peers.parquet`` into ``out``.

    Returns
    -------
    dict
        How many notes could be compared, and how many could not for want of a patient, a clinician or a date.
    """
    found = _Rows(out / "across.parquet", ACROSS)
    copies = _Rows(out / "copies.parquet", COPIES)
    with found, copies:
        _by_patient(tables, found, copies, settings)
        _by_clinician(tables, found, copies, settings)
        copies.close()
        tables.view("copies", out / "copies.parquet")
        settle(tables)
        for finding in carried_findings(tables):
            found.add(_row(finding))
        compared = compare(_counts(tables))
        for finding in outliers(compared):
            found.add(_row(finding))
    with _Rows(out / "peers.parquet", PEERS) as peers:
        for one in compared:
            peers.add(_peer(one))
    tables.view("across", out / "across.parquet")
    tables.view("peers", out / "peers.parquet")
    return tables.records(
        "SELECT count(*) AS notes, count(patient) AS with_patient, count(clinician) AS with_clinician, count(date_of_service) AS with_date FROM reviews"
    )[0]


def _by_patient(tables: Reviewed, found: _Rows, copies: _Rows, settings: Settings) -> None:
    """Copies from the patient's own notes, contradictions, episodes, and two clinicians at once."""
    for _, visits in groupby(_visits(tables, "patient"), key=lambda v: v.patient):
        earlier, recent = Earlier("patient", window=PATIENT_WINDOW), deque[Visit](maxlen=PATIENT_WINDOW)
        episodes: dict[str | None, Episode] = {}
        for _, on_a_day in groupby(visits, key=lambda v: v.date):
            day = list(on_a_day)
            for visit in day:
                copies.extend(map(_copy, earlier.compare(visit)))
                found.extend(_row(_contradiction(visit, c)) for c in contradictions(visit, recent))
                episode = episodes.setdefault(visit.discipline, Episode(visits=settings.visits))
                found.extend(map(_row, episode.add(visit)))
                recent.append(visit)
            if day[0].date is not None:
                found.extend(map(_row, patient_findings(day)))
        for episode in episodes.values():
            found.extend(map(_row, episode.finish()))


def _by_clinician(tables: Reviewed, found: _Rows, copies: _Rows, settings: Settings) -> None:
    """Copies from notes of other patients, and days that cannot be."""
    for _, visits in groupby(_visits(tables, "clinician"), key=lambda v: v.clinician):
        earlier = Earlier("clinician", window=CLINICIAN_WINDOW)
        for date, on_a_day in groupby(visits, key=lambda v: v.date):
            day = list[Visit]()
            for visit in on_a_day:
                copies.extend(map(_copy, earlier.compare(visit)))
                if date is not None:
                    day.append(visit)
            if day:
                found.extend(map(_row, day_findings(day, settings.hours)))


def _visits(tables: Reviewed, who: str) -> Iterator[Visit]:
    for n, patient, clinician, clinic, date, discipline, codes, minutes, text in tables.rows(
        _VISITS.format(who=who), [sorted(TIMED_CODES)]
    ):
        yield Visit(n, patient, clinician, clinic, date, discipline, frozenset(codes), minutes, text)


def _contradiction(visit: Visit, found: Contradiction) -> AcrossFinding:
    return AcrossFinding(
        CARRIED_CONTRADICTION, f"A sentence of the {found.section} section, carried from an earlier note, does not agree with {_KINDS[found.kind]}.",
        n=visit.n, others=(found.other,), patient=visit.patient, clinician=visit.clinician, clinic=visit.clinic, date=visit.date,
        section=found.section, place=found.place, against=found.against,
    )  # fmt: skip


_COUNTS = """
WITH carried AS (SELECT n, sum(size * share) >= {carried} * sum(size) AS carried FROM nearest GROUP BY n),
     over AS (SELECT n, bool_or(units > supported_units) AS over, sum(units) AS units FROM lines
              WHERE units IS NOT NULL AND supported_units IS NOT NULL GROUP BY n),
     facts AS (
       SELECT r.clinician, coalesce(r.discipline, 'all disciplines') AS team, r.level = 'high' AS high_risk,
              CASE WHEN r.assumed OR r.reads_as = 'undetermined' THEN NULL
                   ELSE NOT (r.reads_as = r.code OR (r.reads_as = 'other' AND r.code NOT IN ('97112', '97110', '97530'))) END AS reads_otherwise,
              o.over AS units_over, list_contains(r.missing, 'response') AS response_not_measured, c.carried AS carried, o.units AS units
       FROM reviews r LEFT JOIN carried c USING (n) LEFT JOIN over o USING (n) WHERE r.clinician IS NOT NULL)
SELECT '{metric}', team, clinician, {part}::DOUBLE, count({metric})::BIGINT, {squares} FROM facts
GROUP BY team, clinician HAVING count({metric}) > 0 ORDER BY team, clinician
"""


def _counts(tables: Reviewed) -> Iterator[Count]:
    for metric in ("high_risk", "reads_otherwise", "units_over", "response_not_measured", "carried"):
        part = f"count(*) FILTER ({metric})"
        yield from (Count(*row) for row in tables.rows(_COUNTS.format(carried=CARRIED, metric=metric, part=part, squares="NULL")))
    query = _COUNTS.format(carried=CARRIED, metric="units", part="sum(units)", squares="sum(units * units)::DOUBLE")
    yield from (Count("units_per_note", *row[1:]) for row in tables.rows(query))


def _copy(copy: Copy) -> dict[str, Any]:
    return {name: getattr(copy, name) for name in COPIES.names}


def _row(f: AcrossFinding) -> dict[str, Any]:
    start, end = f.place or (None, None)
    against_start, against_end = f.against or (None, None)
    return {
        "finding": f.rule.name, "rule": f.rule.code, "severity": f.rule.severity, "message": f.message, "n": f.n, "others": list(f.others), "clinician": f.clinician, "clinic": f.clinic, "date": f.date, "section": f.section, "start": start, "end": end,
        "against_start": against_start, "against_end": against_end, "count": f.count, "value": f.value, "usual": f.usual, "direction": f.direction,
    }  # fmt: skip


def _peer(c: Compared) -> dict[str, Any]:
    of_count = {name: getattr(c.count, name) for name in ("metric", "group", "clinician", "part", "whole")}
    rounded = {name: _round(getattr(c, name)) for name in ("value", "peers_part", "peers", "spread", "distance", "low", "high")}
    return {**of_count, **rounded, "peers_whole": c.peers_whole, "direction": c.direction}


def _round(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 6)


class _Rows:
    """A Parquet file written in row groups."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema, self._writer = schema, pq.ParquetWriter(path, schema, compression="zstd")
        self._waiting: list[dict[str, Any]] = []

    def add(self, row: dict[str, Any]) -> None:
        """Take one row."""
        self._waiting.append(row)
        if len(self._waiting) >= ROWS:
            self._flush()

    def extend(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take many rows."""
        for row in rows:
            self.add(row)

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
        self._waiting = []

    def close(self) -> None:
        """Write what waits and end the file; once is enough."""
        with suppress(ValueError):
            if self._waiting:
                self._flush()
            self._writer.close()

    def __enter__(self) -> _Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
