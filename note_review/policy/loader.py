"""Reads the shipped policy, a payer and, where given, CMS's current edit file, into one :class:`Policy`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from note_review.errors import PolicyError, SettingsError
from note_review.policy import schema
from note_review.policy.edits import load_edits
from note_review.policy.model import Edit, EditTable, Fact, Fee, Firmness, Policy
from note_review.policy.toml_lines import Document, read

DATA = Path(__file__).parent / "data"
DEFAULT_PAYER = "medicare"
_BASE_TABLES = frozenset({"fee", "edit", "edits", "mue"})
_PAYER_TABLES = frozenset({"payer", "fee"})


@dataclass(frozen=True, slots=True)
class _Layer:
    """One file: a payer's, or the shared ones taken together."""

    name: str
    title: str
    inherits: str | None
    inherits_line: str
    facts: dict[str, tuple[Fact, ...]]
    fees: tuple[Fee, ...]


def load_policy(
    *,
    payer: str | Path | None = None,
    date: datetime.date | None = None,
    edits: Path | None = None,
    fees: Iterable[Fee] = (),
) -> Policy:
    """Return what holds for a payer on a day.

    Parameters
    ----------
    payer
        The name of a shipped payer (``medicare`` by default) or the path of a payer file (``…/plan.toml``).
    date
        The day to judge by; by default the day on which the newest shipped value begins, never today.
    edits
        CMS's quarterly PTP or MUE file, or a folder of them, used in place of the built-in edits.
    fees
        A fee schedule of one's own (:func:`note_review.policy.load_fees`), used before the national figures.

    Raises
    ------
    SettingsError
        No shipped payer has that name.
    PolicyError
        A file is wrong; the message names file, line and reason.
    """
    chain, (base, built_in) = _chain(payer or DEFAULT_PAYER), _base()
    layers = [*chain, base]
    facts = {name: tuple(fact for layer in layers for fact in layer.facts.get(name, ())) for name in schema.SETTINGS}
    table = built_in if edits is None else _with_built_in(_edits_of(edits), built_in)
    return Policy(
        as_of=date or default_date(),
        payer=chain[0].name,
        title=chain[0].title,
        chain=tuple(layer.name for layer in chain),
        facts={name: found for name, found in facts.items() if found},
        fees=(*fees, *(fee for layer in layers for fee in layer.fees)),
        edits=table,
    )


def payer_names() -> tuple[str, ...]:
    """Return the names of the shipped payers."""
    return tuple(sorted(path.stem for path in (DATA / "payers").glob("*.toml")))


def refuse_unknown(payer: str, *, own: str) -> None:
    """Refuse a payer that a caller names, if it neither ships nor is the settings' own.

    Raises
    ------
    SettingsError
        There is no such payer. The name is a caller's: it is not repeated, and a path is not opened.
    """
    known = {*payer_names(), own}
    if payer not in known:
        raise SettingsError(f"there is no such payer; there are {', '.join(sorted(known))}")


def default_date() -> datetime.date:
    """Return the first day of the newest shipped value: the same on every day the program runs."""
    base, _ = _base()
    return max(fact.since for found in base.facts.values() for fact in found)


@lru_cache(maxsize=1)
def _base() -> tuple[_Layer, EditTable]:
    facts: dict[str, tuple[Fact, ...]] = {}
    fees: tuple[Fee, ...] = ()
    table: EditTable | None = None
    for path in sorted(DATA.glob("*.toml")):
        document = read(path)
        facts |= schema.read_facts(document, tables=_BASE_TABLES)
        fees += schema.read_fees(document)
        if "edits" in document.data:
            table = _built_in_edits(document)
    if table is None:
        raise PolicyError("policy data: no file has [edits]")
    return _Layer("shared", "Shared policy", None, "", facts, fees), table


def _edits_of(path: Path) -> EditTable:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    stats = [file.stat() for file in files if file.exists()]
    return _load_edits_once(path, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats))


@lru_cache(maxsize=4)
def _load_edits_once(path: Path, version: tuple[tuple[int, int], ...]) -> EditTable:
    """Load an edit file once per process; ``version`` keeps a changed file from being taken for the old one."""
    return load_edits(path)


def _built_in_edits(document: Document) -> EditTable:
    about = document.data["edits"]
    schema.check_keys(document, ("edits",), about, wanted={"quarter", "since", "source", "firmness"}, allowed={"note"})
    schema.check_dated(document, ("edits",), about)
    pairs: dict[tuple[str, str], tuple[Edit, ...]] = {}
    for edit in schema.read_edits(document):
        key = (edit.column1, edit.column2)
        pairs[key] = (*pairs.get(key, ()), edit)
    mues = {mue.code: mue for mue in schema.read_mues(document)}
    return EditTable(about["quarter"], "", about["source"], cast(Firmness, about["firmness"]), pairs, mues, dated=False)


def _with_built_in(table: EditTable, built_in: EditTable) -> EditTable:
    """Fill the half that a file does not hold: a PTP file brings no unit limits, an MUE file no pairs."""
    if table.pairs and table.mues:
        return table
    return EditTable(
        quarter=table.quarter,
        sha256=table.sha256,
        source=f"{table.source}; {'unit limits' if table.pairs else 'pairs'} built in, {built_in.quarter}",
        firmness=table.firmness,
        pairs=table.pairs or built_in.pairs,
        mues=table.mues or built_in.mues,
        dated=table.dated if table.pairs else False,
    )


def _chain(payer: str | Path) -> list[_Layer]:
    """Return a payer's file and those it inherits from, nearest first."""
    path = _payer_path(payer, folder=None)
    if path is None:
        raise SettingsError(f"no payer {payer}; there are {', '.join(payer_names())}, or name a payer file ending in .toml")
    layers: list[_Layer] = []
    seen: list[Path] = []
    while path is not None:
        if path.resolve() in seen:
            raise PolicyError(f"{layers[-1].inherits_line}: {layers[-1].name} inherits from itself by way of {path.name}")
        seen.append(path.resolve())
        layer = _payer_layer(path)
        layers.append(layer)
        if layer.inherits is None:
            break
        path = _payer_path(layer.inherits, folder=path.parent)
        if path is None:
            raise PolicyError(f"{layer.inherits_line}: no payer {layer.inherits} to inherit from")
    return layers


def _payer_path(payer: str | Path, *, folder: Path | None) -> Path | None:
    """Return the file of a payer: a path ending in .toml (beside the heir, where one names it), else a shipped name."""
    written = str(payer)
    if isinstance(payer, Path) or written.endswith(".toml"):
        return (folder / written) if folder else Path(written)
    shipped = DATA / "payers" / f"{written}.toml"
    return shipped if written in payer_names() else None


def _payer_layer(path: Path) -> _Layer:
    stat = path.stat() if path.exists() else None
    return _read_payer(path, (stat.st_mtime_ns, stat.st_size) if stat else None)


@lru_cache(maxsize=64)
def _read_payer(path: Path, version: tuple[int, int] | None) -> _Layer:
    """Read one payer file; ``version`` (time and size) keeps a changed file from being taken for the old one."""
    document = read(path)
    about = document.data.get("payer")
    if not isinstance(about, dict):
        document.fail("a payer file has a table [payer] with a name", "payer")
    schema.check_keys(document, ("payer",), about, wanted={"name"}, allowed={"title", "inherits", "note"})
    for key, value in about.items():
        if not isinstance(value, str) or not value.strip():
            document.fail(f"{key} is text", "payer", key)
    return _Layer(
        name=about["name"],
        title=str(about.get("title", about["name"])),
        inherits=about.get("inherits"),
        inherits_line=f"{document.name}: line {document.line('payer', 'inherits')}",
        facts=schema.read_facts(document, tables=_PAYER_TABLES),
        fees=schema.read_fees(document),
    )
