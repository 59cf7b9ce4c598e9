"""The figures of the report, gathered by SQL from the tables of a reviewed folder and of the comparison across its notes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from note_review.reviewed import Reviewed

GROUPS = {
    "clinician": "clinician",
    "clinic": "clinic",
    "code": "code",
    "month": "strftime(date_of_service, '%Y-%m')",
}
_MONEY = "(sum(amount::DECIMAL(18, 2)) {where})::DOUBLE"
_LEVELS = (
    "count(*) AS notes, count(*) FILTER (level = 'high') AS high, count(*) FILTER (level = 'moderate') AS moderate,"
    " count(*) FILTER (level = 'low') AS low, " + _MONEY.format(where="") + " AS billed, "
    + _MONEY.format(where="FILTER (level = 'high')") + " AS billed_high,"
    " sum((amount * score)::DECIMAL(18, 2))::DOUBLE AS expected"
)  # fmt: skip
_OVERVIEW = f"""
SELECT {_LEVELS}, count(amount) AS priced, min(date_of_service) AS first_day, max(date_of_service) AS last_day,
       count(DISTINCT patient) AS patients, count(DISTINCT clinician) AS clinicians, count(DISTINCT clinic) AS clinics,
       count(*) FILTER (assumed) AS without_claim, count(*) FILTER (unread > 0) AS partly_unread,
       count(*) FILTER (clinician IS NULL) AS no_clinician, count(*) FILTER (clinic IS NULL) AS no_clinic,
       count(*) FILTER (date_of_service IS NULL) AS no_date, count(*) FILTER (patient IS NULL) AS no_patient
FROM reviews
"""
_MATRIX = "SELECT coalesce(billed, 'no code') AS billed, reads_as, count(*) AS services FROM services GROUP BY ALL ORDER BY ALL"
# A check that has a reason beside it is told once, as the reason.
FAILING = "CREATE OR REPLACE VIEW failing AS SELECT * FROM findings WHERE result = 'fail' AND told_by IS NULL"
_REASONS = """
SELECT finding, any_value(kind) AS kind, any_value(rule) AS rule, count(*) AS notes, sum(amount)::DOUBLE AS amount
FROM (SELECT n, finding, max(kind) AS kind, any_value(rule) AS rule, max(amount::DECIMAL(18, 2)) AS amount FROM failing GROUP BY n, finding)
GROUP BY finding ORDER BY notes DESC, finding
"""
_UNITS = """
SELECT greatest(-4, least(4, units - supported_units))::BIGINT AS difference, count(*) AS lines,
       CASE WHEN count(*) FILTER (units > supported_units) > 0 THEN (sum(at_stake::DECIMAL(18, 2)) FILTER (units > supported_units))::DOUBLE ELSE 0 END AS over_amount,
       sum(abs(units - supported_units))::BIGINT AS units
FROM lines WHERE units IS NOT NULL AND supported_units IS NOT NULL GROUP BY 1 ORDER BY 1
"""
_UNITS_BY_CODE = """
SELECT code, count(*) AS lines, sum(units)::BIGINT AS billed, sum(supported_units)::BIGINT AS supported,
       sum(greatest(0, units - supported_units))::BIGINT AS units_over, sum(greatest(0, supported_units - units))::BIGINT AS units_under,
       CASE WHEN count(*) FILTER (units > supported_units) > 0 THEN (sum(at_stake::DECIMAL(18, 2)) FILTER (units > supported_units))::DOUBLE ELSE 0 END AS over_amount
FROM lines WHERE units IS NOT NULL AND supported_units IS NOT NULL GROUP BY code ORDER BY code
"""
_CARRIED = """
SELECT clinician, count(*) AS notes, round(quantile_cont(share, 0.25), 4) AS low, round(median(share), 4) AS middle,
       round(quantile_cont(share, 0.75), 4) AS high
FROM (SELECT n, any_value(clinician) AS clinician, sum(size * share) / sum(size) AS share FROM nearest GROUP BY n)
WHERE clinician IS NOT NULL GROUP BY clinician ORDER BY clinician
"""
_READERS = """
SELECT engine, model, policy_payer AS payer, min(policy_as_of) AS policy_from, max(policy_as_of) AS policy_to, count(*) AS notes
FROM reviews GROUP BY engine, model, policy_payer ORDER BY notes DESC, engine, model, policy_payer
"""


def gather(tables: Reviewed, *, coverage: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return every figure of the report as plain JSON types.

    Parameters
    ----------
    coverage
        How many notes could be compared across (:func:`note_review.across.run.compare_notes`).
    settings
        What the comparison went by, for the method.
    """
    tables.connection.execute(FAILING)
    facts: dict[str, Any] = {
        "format": "note-review-audit/1", "run": dict(tables.run()), "settings": dict(settings), "coverage": dict(coverage),
        "overview": _plain(tables.records(_OVERVIEW)[0]),
        "by": {name: tables.records(_by(column, name)) for name, column in GROUPS.items()},
        "matrix": tables.records(_MATRIX), "reasons": tables.records(_REASONS), "units": tables.records(_UNITS),
        "units_by_code": tables.records(_UNITS_BY_CODE),
        "lines_without_units": tables.records("SELECT count(*) AS c FROM lines WHERE units IS NULL OR supported_units IS NULL")[0]["c"],
        "carried": tables.records(_CARRIED),
        "peers": tables.records("SELECT * FROM peers ORDER BY ALL"),
        "across": tables.records("SELECT finding, rule, severity, count(*) AS found FROM across GROUP BY ALL ORDER BY rule"),
        "readers": tables.records(_READERS), "unread": _reasons_of(tables.folder / "errors.jsonl"),
        "warnings": _reasons_of(tables.folder / "warnings.jsonl"), "samples": samples(tables.folder),
    }  # fmt: skip
    return facts


def _by(column: str, name: str) -> str:
    order = "name" if name in {"month", "code"} else "expected DESC NULLS LAST, notes DESC, name"
    return f"SELECT coalesce({column}, 'not stated') AS name, {_LEVELS} FROM reviews GROUP BY 1 ORDER BY {order}"


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | str | None) else str(value) for name, value in record.items()}


def _reasons_of(path: Path) -> list[dict[str, Any]]:
    """Count the reasons of a list of what was not read; files are not named here."""
    counts: Counter[str] = Counter()
    files = sorted(path.iterdir()) if path.is_dir() else [path] if path.exists() else []
    for file in files:
        with file.open(encoding="utf-8") as lines:
            counts.update(json.loads(line)["reason"] for line in lines if line.strip())
    return [{"reason": reason, "notes": notes} for reason, notes in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def samples(folder: Path) -> list[dict[str, Any]]:
    """Return the designs of the samples drawn from the folder, each with its estimate where there is one."""
    found = []
    for design in sorted((folder / "samples").glob("*/sample.json")):
        estimate = design.with_name("estimate.json")
        done = json.loads(estimate.read_text("utf-8")) if estimate.exists() else None
        found.append({"name": design.parent.name, "design": json.loads(design.read_text("utf-8")), "estimate": done})
    return found
