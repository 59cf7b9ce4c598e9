"""The command line: every command is thin and calls one function."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from note_review.errors import InputError, NoteReviewError
from note_review.note import parse_claim
from note_review.settings import ENGINES, Settings

app = typer.Typer(
    name="note-review",
    help="Reviews physical- and occupational-therapy notes before they are billed. Decision support; not a substitute for a certified coder.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
LEVELS = ("low", "moderate", "high")
FORMATS = ("text", "json", "html")

Engine = Annotated[str, typer.Option(help=f"What reads the notes: {', '.join(ENGINES)}.")]
Payer = Annotated[str | None, typer.Option(help="A shipped payer (medicare, ama_midpoint, commercial_example) or a payer file.")]
Date = Annotated[str | None, typer.Option(help="Policy date YYYY-MM-DD for notes without a date of service.")]
Claim = Annotated[str | None, typer.Option(help="What is billed: 97112:2:GP,97110:1:GP-59.")]


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except NoteReviewError as error:
        typer.echo(f"note-review: {error}", err=True)
        raise typer.Exit(2) from None


def _settings(engine: str, payer: str | None, date: str | None) -> Settings:
    try:
        day = datetime.date.fromisoformat(date) if date else None
    except ValueError:
        raise InputError("wants YYYY-MM-DD", source="--date") from None
    return Settings(engine=engine, payer=payer, date=day)


@app.command()
def review(
    paths: Annotated[list[str], typer.Argument(help="Files (txt, md, rtf, docx, pdf, html), folders, or - for standard input.")],
    claim: Claim = None,
    format: Annotated[str, typer.Option(help=f"One of {', '.join(FORMATS)}.")] = "text",
    engine: Engine = "accurate",
    payer: Payer = None,
    date: Date = None,
    fail_on: Annotated[str | None, typer.Option(help="Exit 3 where a risk is at this level or above: low, moderate, high.")] = None,
) -> None:
    """Review notes and print what reads as what, what is missing, and the risk."""
    from note_review.reports import render
    from note_review.reviewer import Reviewer
    from note_review.sources import open_notes

    if format not in FORMATS or (fail_on is not None and fail_on not in LEVELS):
        typer.echo(f"note-review: --format is one of {', '.join(FORMATS)}; --fail-on one of {', '.join(LEVELS)}", err=True)
        raise typer.Exit(2)
    with _errors():
        billed = parse_claim(claim) if claim else ()
        reviewer = Reviewer(_settings(engine, payer, date))
    failed = worst = 0
    for path in paths:
        for note in open_notes(path):
            if isinstance(note, InputError):
                typer.echo(f"note-review: {note}", err=True)
                failed += 1
                continue
            note = note.model_copy(update={"claim": billed}) if billed else note
            answer = reviewer.review(note)
            worst = max(worst, LEVELS.index(answer.risk.level))
            sys.stdout.write(render(answer, note, format=format))
    sys.stdout.flush()
    if failed:
        raise typer.Exit(1)
    if fail_on is not None and worst >= LEVELS.index(fail_on):
        raise typer.Exit(3)


@app.command()
def batch(
    source: Annotated[Path, typer.Argument(help="A folder, or a JSONL, CSV or Parquet file of notes.")],
    out: Annotated[Path, typer.Option(help="Folder for reviews.jsonl, errors.jsonl, summary.csv and summary.html.")],
    claim: Claim = None,
    engine: Engine = "accurate",
    payer: Payer = None,
    date: Date = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    on: Annotated[str, typer.Option(help="Where it runs: local (a cluster comes with the Spark adapter).")] = "local",
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
    fail_on: Annotated[str | None, typer.Option(help="Exit 3 where a risk is at this level or above: low, moderate, high.")] = None,
) -> None:
    """Review many notes; the same command run again goes on where it was."""
    from note_review.batch import run_batch

    if on != "local" or (fail_on is not None and fail_on not in LEVELS):
        typer.echo("note-review: --on knows local; --fail-on is low, moderate or high", err=True)
        raise typer.Exit(2)
    with _errors():
        billed = parse_claim(claim) if claim else None
        result = run_batch(source, out, settings=_settings(engine, payer, date), workers=workers, claim=billed, progress=not quiet)
    typer.echo(f"{result.reviewed} reviewed, {result.failed} could not be: {out}")
    if result.failed:
        raise typer.Exit(1)
    if fail_on is not None and any(result.levels.get(level, 0) for level in LEVELS[LEVELS.index(fail_on) :]):
        raise typer.Exit(3)


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    engine: Engine = "accurate",
    payer: Payer = None,
    date: Date = None,
) -> None:
    """Serve the HTTP API. The token is NOTE_REVIEW_TOKEN, or one made and printed once."""
    from note_review.server import serve as run

    with _errors():
        run(settings=_settings(engine, payer, date), host=host, port=port)


@app.command()
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A file or folder of annotated notes (corpora/guide.md).")],
    errors: Annotated[bool, typer.Option("--errors", help="Also list what was missed and invented, per note.")] = False,
    by: Annotated[list[str], typer.Option(help="Header fields to part the scores by.")] = ["setting"],  # noqa: B006
    engine: Engine = "accurate",
    payer: Payer = None,
    date: Date = None,
) -> None:
    """Score the reviewer on annotated notes."""
    from note_review.evaluation.report import evaluate as run
    from note_review.reviewer import Reviewer

    with _errors():
        for line in run(corpus, Reviewer(_settings(engine, payer, date)), errors=errors, groups=by):
            typer.echo(line)


@app.command()
def rules() -> None:
    """List every rule with its severity."""
    from note_review.checks import ALL_RULES

    for rule in ALL_RULES:
        kind = "reason" if rule.reason else "check"
        typer.echo(f"{rule.code}  {rule.severity:<8}{kind:<8}{rule.name:<32}{rule.summary}")


@app.command()
def explain(code: Annotated[str, typer.Argument(help="A rule's code or name: NR132, response_not_measured.")]) -> None:
    """Show what a rule means, why payers care, an example, a fix and its source."""
    from note_review.checks import ALL_RULES

    rule = next((r for r in ALL_RULES if code.upper() == r.code or code == r.name), None)
    if rule is None:
        typer.echo(f"note-review: no rule {code!r}; see note-review rules", err=True)
        raise typer.Exit(2)
    for title, words in (
        (f"{rule.code} {rule.name} ({rule.severity})", rule.summary), ("Why", rule.why), ("Example", rule.example),
        ("Fix", rule.fix), ("Source", rule.source), ("In force since", rule.since),
    ):  # fmt: skip
        typer.echo(f"{title}\n  {words}\n")


def main() -> None:
    """Run the command line."""
    app()


