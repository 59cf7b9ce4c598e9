"""A filled-in worksheet read back, and what it says of the frame."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from note_review.errors import InputError
from note_review.sampling.estimate import CONFIDENCE, Estimate, Stratum, cautions, error_rate, total_amount
from note_review.sampling.files import FORMAT
from note_review.sampling.sizes import CONFIDENCES, PRECISIONS, size_for_amount, size_for_rate

_SAID = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def estimate(worksheet: Path, *, confidence: float = CONFIDENCE) -> dict[str, Any]:
    """Estimate error rate and amount from a filled worksheet and write ``estimate.json`` beside it.

    Parameters
    ----------
    worksheet
        ``worksheet.xlsx`` of a sample, with its ``sample.json`` beside it.
    confidence
        Of the two-sided interval, between 0.5 and 0.999.

    Raises
    ------
    InputError
        The worksheet is not there or not one, or a row is not filled in; the message names the row.
    """
    rows = _rows(worksheet)
    design = _design(worksheet.with_name("sample.json"))
    strata = _strata(rows, design, worksheet)
    rate, total = error_rate(strata, confidence=confidence), total_amount(strata, confidence=confidence)
    answer = {
        "format": "note-review-estimate/1", "seed": design["seed"], "method": design["method"], "unit": design["unit"],
        "frame_units": design["frame_units"], "frame_amount": design["frame_amount"], "frame_sha256": design["frame_sha256"],
        "confidence": confidence, "sampled": sum(len(s.errors) for s in strata), "in_error": sum(sum(s.errors) for s in strata),
        "unsupported_in_sample": round(math.fsum(math.fsum(s.amounts) for s in strata), 2),
        "error_rate": _rounded(rate, 6), "amount": _rounded(total, 2), "lower_limit": round(total.lower, 2),
        "cautions": list(cautions(strata)),
        "strata": [{"name": s.name, "units": s.units, "sampled": len(s.errors), "in_error": sum(s.errors),
                    "unsupported": round(math.fsum(s.amounts), 2)} for s in strata],
    }  # fmt: skip
    if design["method"] == "probe":
        answer["sizes"] = sizes(strata[0])
    worksheet.with_name("estimate.json").write_text(json.dumps(answer, indent=1) + "\n", "utf-8")
    return answer


def sizes(probe: Stratum) -> list[dict[str, Any]]:
    """Return the sample sizes that a probe asks for, by confidence and precision."""
    count = len(probe.amounts)
    mean = math.fsum(probe.amounts) / count
    deviation = math.sqrt(math.fsum((a - mean) ** 2 for a in probe.amounts) / (count - 1))
    rate = sum(probe.errors) / count
    return [
        {"confidence": confidence, "precision": precision,
         "for_amount": size_for_amount(probe.units, mean=mean, deviation=deviation, precision=precision, confidence=confidence),
         "for_rate": size_for_rate(probe.units, rate=rate, half_width=precision, confidence=confidence)}
        for confidence in CONFIDENCES for precision in PRECISIONS
    ]  # fmt: skip


def _rounded(found: Estimate, digits: int) -> dict[str, Any]:
    values = asdict(found) | {"precision": found.precision}
    return {name: round(value, digits) if isinstance(value, float) else value for name, value in values.items()}


def _design(path: Path) -> dict[str, Any]:
    try:
        design: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise InputError("is not there or not readable; it belongs beside the worksheet", source=str(path)) from None
    if design.get("format") != FORMAT:
        raise InputError(f"is no {FORMAT}", source=str(path))
    return design


def _rows(path: Path) -> list[dict[str, Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    if not path.is_file():
        raise InputError("is not there", source=str(path))
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            rows = book.get_sheet_by_name("Sample").to_python(skip_empty_area=False)
    except (CalamineError, OSError):
        raise InputError("is no worksheet of a sample (a sheet named Sample)", source=str(path)) from None
    head = [str(cell) for cell in rows[0]] if rows else []
    missing = {"unit", "stratum", "amount", "in_error", "amount_allowed"} - set(head)
    if missing:
        raise InputError(f"has no column {', '.join(sorted(missing))}", source=str(path), place="sheet Sample, row 1")
    return [dict(zip(head, row, strict=True)) for row in rows[1:] if any(cell != "" for cell in row)]


def _strata(rows: list[dict[str, Any]], design: dict[str, Any], worksheet: Path) -> list[Stratum]:
    found: dict[str, list[tuple[bool, float]]] = {s["name"]: [] for s in design["strata"]}
    for number, row in enumerate(rows, 2):
        if str(row["stratum"]) not in found:
            raise InputError("names a stratum that the design lacks", source=str(worksheet), place=f"row {number}")
        found[str(row["stratum"])].append(_determined(row, worksheet, number))
    strata = []
    for known in design["strata"]:
        values = found[known["name"]]
        if len(values) != known["sampled"]:
            said = f"has {len(values)} units of a stratum that was drawn with {known['sampled']}"
            raise InputError(said, source=str(worksheet), place=f"stratum {known['name']}")
        strata.append(Stratum(known["name"], known["units"], tuple(e for e, _ in values), tuple(a for _, a in values)))
    return strata


def _determined(row: dict[str, Any], worksheet: Path, number: int) -> tuple[bool, float]:
    """Return whether a unit is in error and what of its amount is not supported."""
    wrong = _SAID.get(_word(row["in_error"]))
    if wrong is None:
        raise InputError("in_error wants yes or no", source=str(worksheet), place=f"row {number}")
    if not wrong:
        return False, 0.0
    amounts = row["amount"], row["amount_allowed"]
    if not all(isinstance(a, int | float) and not isinstance(a, bool) and math.isfinite(a) for a in amounts):
        raise InputError("a unit in error wants amount and amount_allowed", source=str(worksheet), place=f"row {number}")
    return True, float(amounts[0]) - float(amounts[1])


def _word(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell).strip().lower()
