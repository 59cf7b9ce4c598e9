"""The commands of an audit: audit-report, sample, estimate. Thin, like every command."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from note_review.errors import InputError
from note_review.usage_errors import usage_errors

Folder = Annotated[Path, typer.Argument(help="The folder that note-review batch --out wrote.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (audit_report, sample, estimate):
        app.command()(command)


def audit_report(
    folder: Folder,
    hours: Annotated[
        list[str], typer.Option(help="Opening hours a day: 9, or CLINIC=9 for one clinic; 10 where nothing is said.")
    ] = [],  # noqa: B006
    visits: Annotated[int, typer.Option(min=2, help="How many visits without change are a plateau.")] = 10,
    names: Annotated[bool, typer.Option("--names", help="Show patients' names and notes' ids.")] = False,
    pdf: Annotated[bool, typer.Option(help="Make the PDF too.")] = True,
) -> None:
    """Compare the notes of a reviewed folder and write the audit report: HTML, PDF, XLSX, Parquet and JSONL."""
    from note_review.across.run import Settings
    from note_review.batch.audit import audit
    from note_review.reports.wording import counted

    with usage_errors():
        done = audit(folder, settings=Settings(hours=_hours(hours), visits=visits), names=names, pdf=pdf)
    typer.echo(f"{counted(done.notes, 'note')}: {folder / 'audit'}")
    for finding, found in done.across.items():
        typer.echo(f"  {finding}: {found}")


def sample(
    folder: Folder,
    size: Annotated[int | None, typer.Option(help="Units to draw; without it a probe sample of 30.")] = None,
    seed: Annotated[str | None, typer.Option(help="Any text; without it one is made and stated.")] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Stratify by clinician, clinic, payer, discipline, code, level, month or amount."),
    ] = None,
    allocation: Annotated[str, typer.Option(help="Among strata: proportional, equal or neyman.")] = "proportional",
    unit: Annotated[str, typer.Option(help="What is drawn: note (a visit's claim) or line.")] = "note",
    spares: Annotated[int, typer.Option(min=0, help="Further units listed per stratum.")] = 0,
    only: Annotated[list[str], typer.Option(help="Filter of the frame: payer=medicare, clinician=..., month=2026-03.")] = [],  # noqa: B006
    out: Annotated[Path | None, typer.Option(help="Where to; FOLDER/samples/SEED otherwise.")] = None,
) -> None:
    """Draw an audit sample: simple, stratified or a probe, the same again from the same seed."""
    from note_review.sampling.draw import ALLOCATIONS
    from note_review.sampling.files import draw
    from note_review.sampling.frame import UNITS, Design

    with usage_errors():
        seed = secrets.token_hex(4) if seed is None else seed
        design = Design(
            size, seed, by=by, allocation=_one_of(allocation, ALLOCATIONS, "--allocation"), spares=spares,
            unit=_one_of(unit, UNITS, "--unit"), only=dict(_pair(o) for o in only),
        )  # fmt: skip
        target = out or folder / "samples" / _file_name(seed)
        about = draw(folder, design, target)
    typer.echo(f"seed {seed}: {about['size']} of {about['frame_units']} units, {about['method']}: {target}")
    typer.echo(f"frame.csv has SHA-256 {about['frame_sha256']}")
    for stratum in about["strata"]:
        typer.echo(f"  {stratum['name']}: {stratum['sampled']} of {stratum['units']}")


def estimate(
    worksheet: Annotated[Path, typer.Argument(help="The filled-in worksheet.xlsx, its sample.json beside it.")],
    confidence: Annotated[float, typer.Option(min=0.5, max=0.999, help="Of the two-sided interval.")] = 0.90,
) -> None:
    """Estimate the error rate and the unsupported amount from a filled-in worksheet."""
    from note_review.sampling.worksheet import estimate as run

    with usage_errors():
        found = run(worksheet, confidence=confidence)
    for line in _said(found):
        typer.echo(line)


def _said(found: dict[str, Any]) -> Iterator[str]:
    rate, amount, level = found["error_rate"], found["amount"], f"{found['confidence']:.0%}"
    yield f"{found['in_error']} of {found['sampled']} sampled units in error; frame of {found['frame_units']} units, seed {found['seed']}"
    yield f"error rate {rate['point']:.1%}, two-sided {level} interval {rate['lower']:.1%} to {rate['upper']:.1%} ({rate['method']})"
    yield f"unsupported ${amount['point']:,.2f}, two-sided {level} interval ${amount['lower']:,.2f} to ${amount['upper']:,.2f} ({amount['method']})"
    yield f"lower limit ${found['lower_limit']:,.2f}"
    yield from (f"caution: {said}" for said in found["cautions"])
    for size in found.get("sizes", ()):
        yield (
            f"  for {size['confidence']:.0%} confidence and {size['precision']:.0%} precision: "
            f"{size['for_amount']} units for the amount, {size['for_rate']} for the rate"
        )


def _hours(written: list[str]) -> Any:
    from note_review.across.days import Hours

    usual, clinics = Hours().usual, dict[str, float]()
    for one in written:
        clinic, sign, number = one.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            raise InputError("wants a number of hours, or CLINIC=HOURS", source="--hours") from None
        if not 0 < value <= 24:
            raise InputError("a day has more than 0 and at most 24 hours", source="--hours")
        if sign:
            clinics[clinic.strip()] = value
        else:
            usual = value
    return Hours(usual, clinics)


def _one_of(value: str, known: tuple[Any, ...], option: str) -> Any:
    if value not in known:
        raise InputError(f"is one of {', '.join(known)}", source=option)
    return value


def _pair(written: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not sign:
        raise InputError("wants COLUMN=VALUE", source="--only")
    return name.strip(), value.strip()


def _file_name(seed: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in seed) or "sample"
