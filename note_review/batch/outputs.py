"""The files of a finished batch, made from committed shards only and in one pass, so that memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from note_review.batch.store import Store, write_whole
from note_review.batch.tables import Tables, rows_of
from note_review.batch.views import script
from note_review.reports.summary import Tally, csv_header, csv_row, render_html
from note_review.reviewed import FORMAT
from note_review.sources.claims import ClaimBook

NO_NOTE = "no reviewed note was found for this claim"


def assemble(store: Store, out: Path, *, shards: int, about: Mapping[str, Any], book: ClaimBook | None = None) -> Tally:
    """Write the three ``.jsonl`` files, the Parquet tables and their views, the summary and ``run.json``, each whole or not at all.

    Claims of the ``book`` that no reviewed note was found for come after the other warnings.
    """
    tally = Tally(errors=sum(store.counts(shard)["errors"] for shard in range(shards)))
    for kind in ("reviews", "errors"):
        write_whole(out / f"{kind}.jsonl", store.lines(kind, shards=shards))
    joined: set[int] = set()
    with Tables(out) as tables:
        write_whole(out / "summary.csv", _rows(store, tally, _Taken(tables, joined), shards))
    lonely = without_note(book, joined)
    write_whole(out / "warnings.jsonl", chain(store.lines("warnings", shards=shards), lonely))
    write_whole(out / "summary.html", [render_html(tally).encode()])
    write_whole(out / "views.sql", [script().encode()])
    warnings = sum(store.counts(shard)["warnings"] for shard in range(shards)) + len(lonely)
    counts = {"notes": tally.notes, "errors": tally.errors, "warnings": warnings, "shards": shards}
    write_whole(out / "run.json", [json.dumps({"format": FORMAT, **about, **counts}, indent=1).encode() + b"\n"])
    return tally


class _Taken(NamedTuple):
    """Where the rows go on the way, and which billed visits have their note."""

    tables: Tables
    joined: set[int]


def without_note(book: ClaimBook | None, joined: Set[int]) -> list[bytes]:
    """Return a warning, as its line, for each claim of the book that is of none of the joined visits."""
    lonely = (
        {"id": None, "source": source, "place": place, "reason": NO_NOTE}
        for source, place in (book.without(joined) if book else ())
    )
    return [json.dumps(warning, ensure_ascii=False).encode() + b"\n" for warning in lonely]


def _rows(store: Store, tally: Tally, taken: _Taken, shards: int) -> Iterator[bytes]:
    """Give the lines of the CSV, filling the tally and the tables on the way."""
    # The mark makes spreadsheets read it as UTF-8.
    yield b"\xef\xbb\xbf" + csv_header().encode()
    pairs = zip(store.lines("notes", shards=shards), store.lines("reviews", shards=shards), strict=True)
    for n, (written, line) in enumerate(pairs):
        note, review = json.loads(written), json.loads(line)
        tally.add(review)
        taken.joined.update(note["joined"] or ())
        taken.tables.add(rows_of(n, note, review))
        yield csv_row(review).encode()
