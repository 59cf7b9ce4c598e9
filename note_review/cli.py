"""The command line: every command is thin and calls one function."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Annotated

import typer

from note_review.batch.commands import add_commands
from note_review.errors import InputError
from note_review.note import parse_claim
from note_review.server.commands import DatabaseUrl, audit_app, keys_app
from note_review.server.webhooks.commands import webhooks_app
from note_review.settings import DEFAULT_ENGINE, ENGINES, FORMATS, Settings
from note_review.threads import one_thread
from note_review.usage_errors import usage_errors
from note_review.workbench.commands import users_app

app = typer.Typer(
    name="note-review",
    help="Reviews physical- and occupational-therapy notes before they are billed. Decision support; not a substitute for a certified coder.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
policy_app = typer.Typer(help="What is in force, and what a change of policy changes.")
app.add_typer(policy_app, name="policy")
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")
app.add_typer(webhooks_app, name="webhooks")
app.add_typer(users_app, name="users")
add_commands(app)

Engine = Annotated[str, typer.Option(help=f"What reads the notes: {', '.join(ENGINES)}.")]
Payer = Annotated[str | None, typer.Option(help="A shipped payer (medicare, ama_midpoint, commercial_example) or a payer file.")]
Date = Annotated[str | None, typer.Option(help="Policy date YYYY-MM-DD for notes without a date of service.")]
Edits = Annotated[
    Path | None,
    typer.Option(help="CMS's quarterly PTP or MUE file as published, or a folder of them, in place of the built-in edits."),
]
Fees = Annotated[Path | None, typer.Option(help="A fee schedule of your own (CSV), before the national figures.")]
Claim = Annotated[str | None, typer.Option(help="What is billed: 97112:2:GP,97110:1:GP-59.")]


def _settings(engine: str, payer: str | None, date: str | None, edits: Path | None = None, fees: Path | None = None) -> Settings:
    try:
        day = datetime.date.fromisoformat(date) if date else None
    except ValueError:
        raise InputError("wants YYYY-MM-DD", source="--date") from None
    return Settings(engine=engine, payer=payer, date=day, edits=edits, fees=fees)


@app.command()
def review(
    paths: Annotated[list[str], typer.Argument(help="Files (txt, md, rtf, docx, pdf, html), folders, or - for standard input.")],
    claim: Claim = None,
    format: Annotated[str, typer.Option(help=f"One of {', '.join(FORMATS)}.")] = "text",
    engine: Engine = DEFAULT_ENGINE,
    payer: Payer = None,
    date: Date = None,
    edits: Edits = None,
    fees: Fees = None,
    fail_on: Annotated[
        str | None, typer.Option(help="Exit 3 where a risk is at this level or above: low, moderate, high.")
    ] = None,
) -> None:
    """Review notes and print what reads as what, what is missing, and the risk."""
    from note_review.batch.worker import why
    from note_review.reports import render
    from note_review.reviewer import Reviewer
    from note_review.risk import LEVELS
    from note_review.sources import open_notes, with_unread

    if format not in FORMATS or (fail_on is not None and fail_on not in LEVELS):
        typer.echo(f"note-review: --format is one of {', '.join(FORMATS)}; --fail-on one of {', '.join(LEVELS)}", err=True)
        raise typer.Exit(2)
    with usage_errors():
        billed = parse_claim(claim, source="--claim") if claim else ()
        reviewer = Reviewer(_settings(engine, payer, date, edits, fees))
    failed = worst = 0
    for path in paths:
        for note in open_notes(path, claim=billed):
            if isinstance(note, InputError):
                typer.echo(f"note-review: {note}", err=True)
                failed += 1
                continue
            for warning in note.warnings:
                typer.echo(f"note-review: {path}: {warning}", err=True)
            try:
                answer = with_unread(reviewer.review(note), note)
            except Exception as error:
                typer.echo(f"note-review: {InputError(why(error), source=note.source, place=note.place)}", err=True)
                failed += 1
                continue
            worst = max(worst, LEVELS.index(answer.risk.level))
            sys.stdout.write(render(answer, note, format=format, terminal=sys.stdout.isatty()))
    sys.stdout.flush()
    if failed:
        raise typer.Exit(1)
    if fail_on is not None and worst >= LEVELS.index(fail_on):
        raise typer.Exit(3)


@app.command()
def batch(
    source: Annotated[
        Path,
        typer.Argument(
            help="A folder of documents, or a JSONL, CSV, XLSX, Parquet, FHIR (bundle, NDJSON), HL7 v2 or C-CDA file."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for reviews.jsonl, errors.jsonl, the Parquet tables and the summary.")],
    claim: Claim = None,
    claims: Annotated[
        Path | None, typer.Option(help="837P file or folder, joined to the notes by patient, day and clinician.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Where a table names its columns otherwise: text=note_body,id=visit.")
    ] = None,
    engine: Engine = DEFAULT_ENGINE,
    payer: Payer = None,
    date: Date = None,
    edits: Edits = None,
    fees: Fees = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    on: Annotated[str, typer.Option(help="Where it runs: local, or spark (extra `spark`).")] = "local",
    master: Annotated[
        str, typer.Option(help="With --on spark: local[N], spark://HOST:PORT, yarn, k8s://…, or sc://… (Connect).")
    ] = "local[*]",
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Then write the audit report (extras `batch`, `report`; see audit-report).")
    ] = False,
    fail_on: Annotated[
        str | None, typer.Option(help="Exit 3 where a risk is at this level or above: low, moderate, high.")
    ] = None,
) -> None:
    """Review many notes; the same command run again goes on where it was."""
    from note_review.batch import BatchOptions, run_batch
    from note_review.batch.earlier import Earlier
    from note_review.risk import LEVELS
    from note_review.sources import parse_columns

    if on not in ("local", "spark") or (fail_on is not None and fail_on not in LEVELS):
        typer.echo("note-review: --on knows local and spark; --fail-on is low, moderate or high", err=True)
        raise typer.Exit(2)
    with usage_errors():
        options = BatchOptions(
            claim=parse_claim(claim, source="--claim") if claim else (),
            claims=claims,
            columns=parse_columns(columns or ""),
            progress=not quiet,
        )
        try:
            settings = _settings(engine, payer, date, edits, fees)
            earlier = Earlier(out)
            if on == "spark":
                from note_review.batch.cluster import run_on_spark

                result = run_on_spark(source, out, master=master, settings=settings, workers=workers, options=options)
            else:
                result = run_batch(source, out, settings=settings, workers=workers, options=options)
            for path in earlier.outdated():
                if not (report and path.name == "audit"):
                    typer.echo(f"note-review: {path} was made from the reviews before this run", err=True)
            if report:
                from note_review.batch.audit import audit

                audit(out)
        except KeyboardInterrupt:
            typer.echo("note-review: stopped; the same command goes on where it was", err=True)
            raise typer.Exit(130) from None
    typer.echo(f"{result.reviewed} reviewed, {result.failed} could not be: {out}")
    if result.failed:
        raise typer.Exit(1)
    if fail_on is not None and any(result.levels.get(level, 0) for level in LEVELS[LEVELS.index(fail_on) :]):
        raise typer.Exit(3)


@app.command()
def query(
    folder: Annotated[Path, typer.Argument(help="The folder that note-review batch --out wrote.")],
    sql: Annotated[str, typer.Argument(help="A question in SQL over reviews, findings, services, lines, notes (extra `batch`).")],
) -> None:
    """Ask a batch's tables a question in SQL (DuckDB)."""
    from note_review.batch.views import answer

    with usage_errors():
        typer.echo(answer(folder, sql), nl=False)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(help="Other than loopback wants keys or NOTE_REVIEW_TOKEN, and TLS or a stated proxy.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535)] = 8000,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS key (PEM).")] = None,
    proxy: Annotated[
        str | None, typer.Option(help="Address or network of the proxy that terminates TLS, stated on purpose.")
    ] = None,
    database: DatabaseUrl = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes, each with models of its own.")] = 1,
    rate: Annotated[
        float, typer.Option(min=0.01, help="Requests a second of one client, where its key says nothing else.")
    ] = 100.0,
    keep: Annotated[float, typer.Option(min=0, help="Hours that a job's reviews are kept after its end.")] = 24.0,
    drain: Annotated[int, typer.Option(min=0, help="Seconds that requests in hand are given after SIGTERM.")] = 30,
    mllp: Annotated[str | None, typer.Option(help="HOST:PORT that takes HL7 v2 MDM messages over MLLP.")] = None,
    mllp_to: Annotated[
        str | None, typer.Option(help="HOST:PORT that reviews go to as ORU^R01; else each message is a job (webhooks).")
    ] = None,
    mllp_tenant: Annotated[str, typer.Option(help="Whose messages they are.")] = "default",
    mllp_clients: Annotated[
        Path | None,
        typer.Option(
            help="CA file (PEM): only senders whose certificate is signed there are let in; wants --certificate, --key."
        ),
    ] = None,
    ehrs: Annotated[
        Path | None, typer.Option(envvar="NOTE_REVIEW_EHRS", help="TOML list of the EHRs whose CDS Hooks tokens are believed.")
    ] = None,
    batches: Annotated[
        Path | None, typer.Option(envvar="NOTE_REVIEW_BATCHES", help="Folder whose batches leads may open in the workbench.")
    ] = None,
    idle: Annotated[float, typer.Option(min=1, help="Minutes after which an idle user of the workbench signs in again.")] = 30.0,
    engine: Engine = DEFAULT_ENGINE,
    payer: Payer = None,
    date: Date = None,
    edits: Edits = None,
    fees: Fees = None,
) -> None:
    """Serve the HTTP API and the coder's workbench (/workbench). The token is NOTE_REVIEW_TOKEN, or one made and printed once where no key was made."""
    from note_review.server.deployment import Deployment
    from note_review.server.hl7.mllp import MllpOptions
    from note_review.server.services import Limits
    from note_review.server.serving import Listen
    from note_review.server.serving import serve as run

    with usage_errors():
        settings = _settings(engine, payer, date, edits, fees)
        messages = mllp and MllpOptions(
            listen=mllp, to=mllp_to, tenant=mllp_tenant, certificate=certificate, key=key, clients=mllp_clients,
            is_proxied=proxy is not None,
        )  # fmt: skip
        deployment = Deployment(
            mllp=messages or None, ehrs=ehrs, engine=settings.engine, payer=payer, date=settings.date, edits=edits, fees=fees, database=database, workers=workers,
            drain=drain, limits=Limits(rate=rate, keep=keep * 3600), batches=batches, idle=idle * 60,
        )  # fmt: skip
        run(Listen(host=host, port=port, certificate=certificate, key=key, proxy=proxy), deployment)


@app.command()
def mcp(
    engine: Engine = DEFAULT_ENGINE,
    payer: Payer = None,
    date: Date = None,
    edits: Edits = None,
    fees: Fees = None,
) -> None:
    """Serve the same calls as tools of the Model Context Protocol, over standard input and output."""
    from note_review.mcp_server import serve as run
    from note_review.reviewer import Reviewer

    with usage_errors():
        reviewer = Reviewer(_settings(engine, payer, date, edits, fees))
        run(reviewer, reviewer.policy_for)


@app.command()
def evaluate(
    corpus: Annotated[Path, typer.Argument(help="A file or folder of annotated notes (corpora/guide.md).")],
    errors: Annotated[bool, typer.Option("--errors", help="Also list what was missed and invented, per note.")] = False,
    by: Annotated[list[str], typer.Option(help="Header fields to part the scores by.")] = ["setting"],  # noqa: B006
    engine: Engine = DEFAULT_ENGINE,
    payer: Payer = None,
    date: Date = None,
) -> None:
    """Score the reviewer on annotated notes."""
    from note_review.evaluation.report import evaluate as run
    from note_review.reviewer import Reviewer

    with usage_errors():
        for line in run(corpus, Reviewer(_settings(engine, payer, date)), errors=errors, groups=by):
            typer.echo(line)


@app.command()
def rules() -> None:
    """List every rule with its severity."""
    from note_review.catalogue import rule_rows

    for rule in rule_rows():
        kind = "reason" if rule["reason"] else "check"
        typer.echo(f"{rule['code']}  {rule['severity']:<8}{kind:<8}{rule['name']:<28}{rule['summary']}")


@app.command()
def explain(code: Annotated[str, typer.Argument(help="A rule's code or name: NR132, response_not_measured.")]) -> None:
    """Show what a rule means, why payers care, an example, a fix and its source."""
    from note_review.catalogue import rule_named

    with usage_errors():
        rule = rule_named(code)
    titles = (
        ("Why", rule.why),
        ("Example", rule.example),
        ("Fix", rule.fix),
        ("Source", rule.source),
        ("In force since", rule.since),
    )
    for title, words in ((f"{rule.code} {rule.name} ({rule.severity})", rule.summary), *titles):
        typer.echo(f"{title}\n  {words}\n")


@policy_app.callback(invoke_without_command=True)
def policy(context: typer.Context, payer: Payer = None, date: Date = None) -> None:
    """Print everything in force with its source and firmness (P primary, S secondary, D derived, G general knowledge)."""
    from note_review.catalogue import policy_rows
    from note_review.policy import load_policy

    if context.invoked_subcommand:
        return
    with usage_errors():
        settings = _settings(DEFAULT_ENGINE, payer, date)
        current = load_policy(payer=settings.payer, date=settings.date)
    typer.echo(f"payer {current.payer}, in force on {current.as_of}, edits {current.edits_quarter}")
    for row in policy_rows(current):
        typer.echo(f"{row['name']} = {row['value']}  [{row['firmness']}] since {row['since'] or '?'}  {row['source']}")


@policy_app.command("diff")
def policy_diff(
    source: Annotated[str, typer.Argument(help="A folder or file of notes.")],
    payer: Payer = None,
    date: Date = None,
    to_payer: Payer = None,
    to_date: Date = None,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Show what differs between two policies, and which notes change verdict under the other."""
    from note_review.policy_change import changed_settings, changed_verdicts

    with usage_errors():
        before, after = _settings(engine, payer, date), _settings(engine, to_payer or payer, to_date or date)
        for line in changed_settings(before, after):
            typer.echo(line)
        failed = 0
        for verdict in changed_verdicts(source, before, after):
            if isinstance(verdict, InputError):
                typer.echo(f"note-review: {verdict}", err=True)
                failed += 1
            else:
                typer.echo(verdict)
    if failed:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    one_thread()
    app()
