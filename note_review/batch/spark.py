"""The same review over Spark 3.5 to 4.x: ``mapInPandas`` alone, so that it runs wherever DataFrames do (Spark Connect too).

Each Python worker of Spark keeps one reviewing process of its own, the batch's: a note that hangs or kills it is set aside as it
is on one machine, and no task fails of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from note_review.batch.crew import Crew
from note_review.batch.progress import Progress
from note_review.batch.shard import Shard
from note_review.batch.tables import SCHEMAS, rows_of
from note_review.batch.worker import Factory, Orders, standard_reviewer
from note_review.settings import Settings
from note_review.sources import Input, Parcel, SourcedNote, UnreadableNote
from note_review.sources.jsonl import row_of
from note_review.sources.rows import FIELDS, Row, Table, notes_of_rows

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

FOUND = "n bigint, kind string, json string"
TIMEOUT = 120.0
# Rows of one Spark partition are numbered from here on, as Spark's own ids are.
PARTITION = 1 << 33
_TYPES = {
    "int64": "bigint", "string": "string", "double": "double", "bool": "boolean", "date32[day]": "date",
    "list<item: string>": "array<string>", "list<element: string>": "array<string>",
}  # fmt: skip


def review_frame(
    notes: DataFrame,
    *,
    settings: Settings = Settings(),
    orders: Orders | None = None,
    timeout: float = TIMEOUT,
    factory: Factory = standard_reviewer,
) -> DataFrame:
    """Review a DataFrame of notes.

    Parameters
    ----------
    notes
        One note a row, columns with the contract's names (``text`` at least; claims as text, array of structs or JSON), or one
        column ``input`` as ``note_review.batch.cluster`` makes it. Other columns are passed over.
    settings, factory, orders
        Engine, payer and date; what builds the reviewer; or both and more as a batch has them.
    timeout
        Seconds that one note may take before it is set aside.

    Returns
    -------
    DataFrame
        Columns ``n``, ``kind`` and ``json``: a row for each review (kind ``review``, the contract's JSON), each row of the tables
        (``reviews``, ``findings``, ``services``, ``lines``, ``notes``), each of ``errors`` and ``warnings``, the billed visits that
        a note is ``joined`` to, and each part's ``version``. ``table`` picks.
    """
    from pyspark.sql import functions as f

    orders = orders or Orders(settings, factory)
    if notes.columns != ["input"]:
        kept = [_jsonable(name, kind) for name, kind in notes.dtypes if name in FIELDS]
        notes = notes.select(f.to_json(f.struct(f.struct(*kept).alias("record"))).alias("input"))

    def reviewed(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        return _reviewed(frames, orders, timeout)

    return notes.mapInPandas(reviewed, FOUND)


def _jsonable(name: str, kind: str) -> Any:
    from pyspark.sql import functions as f

    return (f.col(name).cast("date") if name == "date_of_service" and kind.startswith("timestamp") else f.col(name)).alias(name)


def table(found: DataFrame, name: str) -> DataFrame:
    """Return one table of what ``review_frame`` found: reviews, findings, services, lines or notes, typed."""
    from pyspark.sql import functions as f

    fields = ", ".join(f"`{field.name}` {_TYPES[str(field.type)]}" for field in SCHEMAS[name])
    return found.where(f.col("kind") == name).select(f.from_json("json", fields).alias("row")).select("row.*")


def _reviewed(frames: Iterator[pd.DataFrame], orders: Orders, timeout: float) -> Iterator[pd.DataFrame]:
    """Review one Spark partition."""
    from pyspark import TaskContext

    context = TaskContext.get()
    first = (context.partitionId() if context else 0) * PARTITION
    crew = _crew(orders, timeout)
    numbers = dict.fromkeys(("review", "errors", "warnings"), first)
    try:
        with Progress(None, shown=False) as progress:
            yield _frame([(first, "version", json.dumps(crew.version))])
            for shard in _in_order(crew.run(_shards(frames), progress)):
                yield _frame(_rows(shard.lines(), numbers))
    except BaseException:
        # What is half done would be mistaken for the next task's.
        _crew.cache_clear()
        crew.close()
        raise


def _frame(rows: list[tuple[int, str, str]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=["n", "kind", "json"])


@lru_cache(maxsize=1)
def _crew(orders: Orders, timeout: float) -> Crew:
    return Crew(orders, workers=1, timeout=timeout)


def _in_order(shards: Iterator[Shard]) -> Iterator[Shard]:
    """Give shards by number: they finish nearly in order."""
    early: dict[int, Shard] = {}
    wanted = 0
    for shard in shards:
        early[shard.number] = shard
        while wanted in early:
            yield early.pop(wanted)
            wanted += 1


def _shards(frames: Iterator[pd.DataFrame]) -> Iterator[Shard]:
    place = 0
    for number, frame in enumerate(frames):
        inputs: list[Input] = []
        for written in frame["input"]:
            place += 1
            inputs += _input(written, place)
        yield Shard(number, "", inputs)


def _input(written: str, place: int) -> list[Input]:
    decoded = json.loads(written)
    match decoded:
        case {"note": note}:
            return [SourcedNote.model_validate(note)]
        case {"parcel": parcel}:
            return [Parcel.model_validate_json(json.dumps(parcel))]
        case {"error": error}:
            return [UnreadableNote(**error)]
    source = decoded.get("source") or "table"
    row = Row(place, f"row {place} of its part", decoded.get("record") or {})
    if "line" in decoded:
        row = row_of(decoded["line"].encode(), place)
    return list(notes_of_rows([row], Table(source, source)))


def _rows(lines: dict[str, list[bytes]], numbers: dict[str, int]) -> list[tuple[int, str, str]]:
    rows: list[tuple[int, str, str]] = []
    for written, review in zip(lines["notes"], lines["reviews"], strict=True):
        note = json.loads(written)
        n = numbers["review"]
        numbers["review"] += 1
        rows.append((n, "review", review.decode().rstrip("\n")))
        for name, found in rows_of(n, note, json.loads(review)).items():
            rows += [(n, name, json.dumps(row, ensure_ascii=False, default=str)) for row in found]
        if note["joined"]:
            rows.append((n, "joined", json.dumps(note["joined"])))
    for kind in ("errors", "warnings"):
        for line in lines[kind]:
            rows.append((numbers[kind], kind, line.decode().rstrip("\n")))
            numbers[kind] += 1
    return rows
