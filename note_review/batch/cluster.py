"""A batch on Spark from its source to the same files as on one machine; the tables are folders of parts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from note_review.batch.outputs import without_note
from note_review.batch.runner import BatchOptions, BatchResult, refuse
from note_review.batch.spark import review_frame, table
from note_review.batch.store import write_whole
from note_review.batch.tables import SCHEMAS
from note_review.batch.views import script
from note_review.batch.worker import Orders
from note_review.errors import ModelError, SettingsError
from note_review.reports.summary import Tally, csv_header, csv_row, render_html
from note_review.reviewed import FORMAT
from note_review.settings import Settings
from note_review.sources import Input, Parcel, SourcedNote, open_inputs
from note_review.sources.claims import ClaimBook, collect_claims
from note_review.sources.kinds import Kind, kind_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PARTS = ".parts"
NEEDS = 'a cluster needs Spark: pip install "note-review[spark]"'
LINES = frozenset({".jsonl", ".ndjson"})


def run_on_spark(
    source: Path,
    out: Path,
    *,
    master: str,
    settings: Settings | None = None,
    workers: int = 1,
    options: BatchOptions | None = None,
) -> BatchResult:
    """Review every note of a source on Spark.

    Parameters
    ----------
    source, out
        Paths that driver and executors share. Parquet and JSON Lines are read by the executors; other sources are listed by the
        driver and their files opened by the executors.
    master
        ``local[4]``, ``local-cluster[2,1,1024]``, ``spark://…``, ``yarn``, ``k8s://…``, or ``sc://…`` for Spark Connect.
    workers
        How many executor cores there are, at least: into so many times four parts the notes are cut.

    Raises
    ------
    InputError, SettingsError, ModelError
        As on one machine; Spark or its Java is missing; the job failed.
    """
    settings, options = settings or Settings(), options or BatchOptions()
    refuse(source, out, workers, options)
    out.mkdir(parents=True, exist_ok=True)
    spark = _session(master)
    book_at = out / ".claims.sqlite"
    book_at.unlink(missing_ok=True)
    book, problems = collect_claims(source, beside=options.claims, at=book_at)
    orders = Orders(settings, options.factory, options.claim, book_at.resolve() if book else None)
    try:
        inputs = _inputs(spark, source, options, problems, parts=4 * workers)
        found = review_frame(inputs, orders=orders, timeout=options.timeout)
        found.write.mode("overwrite").partitionBy("kind").parquet(_url(out / PARTS))
        return _write(spark.read.parquet(_url(out / PARTS)), out, settings, source, book)
    except Exception as error:
        if isinstance(error, SettingsError) or not type(error).__module__.startswith(("py4j", "pyspark")):
            raise
        # Spark's own words may quote a row.
        raise ModelError(f"the Spark job failed ({type(error).__name__}): its driver's log says why") from None
    finally:
        spark.stop()
        shutil.rmtree(out / PARTS, ignore_errors=True)
        book_at.unlink(missing_ok=True)


def _session(master: str) -> SparkSession:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SettingsError(NEEDS) from None
    builder = SparkSession.builder.appName("note-review")
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    try:
        # Few rows to a frame: each is a note's worth of work, and a frame is what a worker holds.
        return builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "100").getOrCreate()
    except Exception as error:
        raise SettingsError(f"no Spark at {master} ({type(error).__name__}): is there a Java 17 and a cluster?") from None


def _inputs(spark: SparkSession, source: Path, options: BatchOptions, problems: Iterable[Input], *, parts: int) -> DataFrame:
    """Return one column ``input``, in order, cut into so many parts."""
    from pyspark.sql import functions as f

    suffix = source.suffix.lower()
    if not source.is_dir() and suffix in (".parquet", ".pq"):
        frame = spark.read.parquet(_url(source))
        names = {options.columns.get(name, name): name for name in SourcedNote.model_fields}
        frame = frame.select([f.col(f"`{column}`").alias(names[column]) for column in frame.columns if column in names])
        record = f.struct(*[f.col(c).cast("date").alias(c) if t.startswith("timestamp") else f.col(c) for c, t in frame.dtypes])
        frame = frame.select(f.to_json(f.struct(record.alias("record"), f.lit(source.stem).alias("source"))).alias("input"))
    elif not source.is_dir() and suffix in LINES and kind_of(source) is not Kind.FHIR_LINES and not options.columns:
        frame = spark.read.text(_url(source)).where("trim(value) != ''")
        line = f.to_json(f.struct(f.col("value").alias("line"), f.lit(source.stem).alias("source")))
        frame = frame.select(line.alias("input"))
    else:
        listed = [(_written(input),) for input in chain(problems, open_inputs(source, columns=options.columns))]
        frame = spark.createDataFrame(listed, "input string")
    numbered = frame.withColumn("order", f.monotonically_increasing_id())
    return numbered.repartitionByRange(parts, "order").sortWithinPartitions("order").select("input")


def _written(input: Input) -> str:
    if isinstance(input, SourcedNote):
        return json.dumps({"note": json.loads(input.model_dump_json())})
    if isinstance(input, Parcel):
        return json.dumps({"parcel": json.loads(input.model_dump_json())})
    return json.dumps({"error": {"id": input.id, "source": input.source, "place": input.place, "reason": input.reason}})


def _url(path: Path) -> str:
    return path.resolve().as_uri()


def _write(found: DataFrame, out: Path, settings: Settings, source: Path, book: ClaimBook | None) -> BatchResult:
    for name in SCHEMAS:
        table(found, name).write.mode("overwrite").parquet(_url(out / f"{name}.parquet"))
    tally = Tally()
    joined = {visit for line in _lines(found, "joined") for visit in json.loads(line)}
    warnings = chain(_lines(found, "warnings"), without_note(book, joined))
    counts = {
        "errors": _counted(out / "errors.jsonl", _lines(found, "errors")),
        "warnings": _counted(out / "warnings.jsonl", warnings),
    }
    tally.errors = counts["errors"]
    write_whole(out / "reviews.jsonl", _lines(found, "review"))
    write_whole(out / "summary.csv", _csv(out, tally))
    write_whole(out / "summary.html", [render_html(tally).encode()])
    write_whole(out / "views.sql", [script(parts=True).encode()])
    about: dict[str, Any] = {"version": _version(found), "engine": settings.engine, "payer": settings.payer}
    about |= {"date": settings.date and str(settings.date), "source": source.name, "notes": tally.notes, **counts}
    write_whole(out / "run.json", [json.dumps({"format": FORMAT, **about}, indent=1).encode() + b"\n"])
    return BatchResult(tally.notes, tally.errors, 0, 0, dict(tally.levels), out)


def _version(found: DataFrame) -> str:
    """Return the executors' version; all of them, where a cluster has several installed."""
    return ", ".join(sorted({json.loads(line) for line in _lines(found, "version")}))


def _lines(found: DataFrame, kind: str) -> Iterator[bytes]:
    """Give the JSON lines of one kind in order, streamed through the driver."""
    rows = found.where(found.kind == kind).orderBy("n").select("json").toLocalIterator()
    return (str(row["json"]).encode() + b"\n" for row in rows)


def _counted(path: Path, lines: Iterable[bytes]) -> int:
    """Write lines, and return how many."""
    number = 0

    def passing() -> Iterator[bytes]:
        nonlocal number
        for line in lines:
            number += 1
            yield line

    write_whole(path, passing())
    return number


def _csv(out: Path, tally: Tally) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + csv_header().encode()
    with (out / "reviews.jsonl").open("rb") as file:
        for line in file:
            review = json.loads(line)
            tally.add(review)
            yield csv_row(review).encode()
