"""The files of a finished batch, made from committed shards only and in one pass, so that memory stays flat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from note_review.batch.store import Store, write_whole
from note_review.reports.summary import Tally, csv_header, csv_row, render_html


def assemble(store: Store, out: Path, *, shards: int) -> Tally:
    """Write the three ``.jsonl`` files, ``summary.csv`` and ``summary.html``, each whole or not at all."""
    tally = Tally(errors=sum(store.counts(shard)["errors"] for shard in range(shards)))
    for kind in ("reviews", "errors", "warnings"):
        write_whole(out / f"{kind}.jsonl", store.lines(kind, shards=shards))
    write_whole(out / "summary.csv", _csv(store, tally, shards))
    write_whole(out / "summary.html", [render_html(tally).encode()])
    return tally


def _csv(store: Store, tally: Tally, shards: int) -> Iterator[bytes]:
    # The mark makes spreadsheets read it as UTF-8.
    yield b"\xef\xbb\xbf" + csv_header().encode()
    for line in store.lines("reviews", shards=shards):
        review = json.loads(line)
        tally.add(review)
        yield csv_row(review).encode()
