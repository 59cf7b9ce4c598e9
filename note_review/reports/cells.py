"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def looks_like_formula(cell: object) -> bool:
    """Say whether a spreadsheet could take a cell's text for a formula or a command."""
    return isinstance(cell, str) and cell.startswith(FORMULA_STARTS)


def guarded(cell: object) -> object:
    """Return a cell for CSV, with an apostrophe before what looks like a formula."""
    return f"'{cell}" if looks_like_formula(cell) else cell
