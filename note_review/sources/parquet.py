"""Parquet, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as numbers
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from note_review.errors import InputError
from note_review.sources.rows import FIELDS, Row, Table, require_text_column

BATCH = 256


def rows(path: Path, table: Table) -> Iterator[Row]:
    """Give each row; only the columns that a note has are read.

    Raises
    ------
    InputError
        The file is no Parquet, is damaged, or has no text column.
    """
    number = numbers(1)
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            require_text_column(names, table)
            wanted = [c for c in dict.fromkeys(table.columns.get(name, name) for name in FIELDS) if c in names]
            for batch in file.iter_batches(batch_size=BATCH, columns=wanted):
                for record in batch.to_pylist():
                    n = next(number)
                    yield Row(n, f"row {n}", record)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise InputError(
            f"is no Parquet, or damaged ({type(error).__name__})", source=table.source, place=f"from row {next(number)}"
        ) from None


def count(path: Path) -> int:
    """Return how many rows the file says it has."""
    with pq.ParquetFile(path) as file:
        return int(file.metadata.num_rows)
