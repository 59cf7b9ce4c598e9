"""The files of a finished batch, made from committed shards only and in one pass, so that memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from note_review.batch.store import Store, write_whole
from note_review.batch.tables import Tables, rows_of
from note_review.batch.views import script
from note_review.reports.summary import Tally, csv_header, csv_row, render_html

FORMAT = "note-review-batch/2"


def assemble(store: Store, out: Path, *, shards: int, about: Mapping[str, Any]) -> Tally:
    """Write the three ``.jsonl`` files, the Parquet tables and their views, the summary and ``run.json``, each whole or not at all."""
    tally = Tally(errors=sum(store.counts(shard)["errors"] for shard in range(shards)))
    for kind in ("reviews", "errors", "warnings"):
        write_whole(out / f"{kind}.jsonl", store.lines(kind, shards=shards))
    with Tables(out) as tables:
        write_whole(out / "summary.csv", _rows(store, tally, tables, shards))
    write_whole(out / "summary.html", [render_html(tally).encode()])
    write_whole(out / "views.sql", [script().encode()])
    warnings = sum(store.counts(shard)["warnings"] for shard in range(shards))
    counts = {"notes": tally.notes, "errors": tally.errors, "warnings": warnings, "shards": shards}
    write_whole(out / "run.json", [json.dumps({"format": FORMAT, **about, **counts}, indent=1).encode() + b"\n"])
    return tally


def _rows(store: Store, tally: Tally, tables: Tables, shards: int) -> Iterator[bytes]:
    """Give the lines of the CSV, filling the tally and the tables on the way."""
    # The mark makes spreadsheets read it as UTF-8.
    yield b"\xef\xbb\xbf" + csv_header().encode()
    pairs = zip(store.lines("notes", shards=shards), store.lines("reviews", shards=shards), strict=True)
    for n, (note, line) in enumerate(pairs):
        review = json.loads(line)
        tally.add(review)
        tables.add(rows_of(n, json.loads(note), review))
        yield csv_row(review).encode()
