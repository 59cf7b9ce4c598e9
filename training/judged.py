"""What the gold header says of the judged service, as answers to the questions that the networks are taught."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from note_review.reading.services import ServiceText
from training.notes import Example


def judged_answers(header: Mapping[str, Any]) -> dict[str, str]:
    """Return the gold answers about the judged service (guide: missing, reasons), by question."""
    reasons, missing = set(header["reasons"]), set(header["missing"])
    return {
        "deficit": "vague" if "deficit_not_specific" in reasons else "none" if "deficit" in missing else "specific",
        "technique": "none" if "technique" in missing else "named",
        "response": "measured" if "response" not in missing else "none" if "response_missing" in reasons else "generic",
        "skill": "none" if "skilled_need_missing" in reasons else "shown",
        "exercise": "plain" if "generic_exercise" in reasons else "purposeful",
        "one_on_one": "shared" if "not_one_on_one" in reasons else "alone",
    }


def judged_by_gold(example: Example) -> ServiceText | None:
    """Return the service that risk and missing elements are about, by the gold claim, minutes and headings (guide: Settled cases)."""
    header, drafts = example.gold.header, example.page.services
    minutes = {s["billed"]: s["minutes"] or 0 for s in header["services"]}
    claimed = [line.code for line in example.page.claim]
    if "97112" in claimed:
        return next((s for s in drafts if s.billed == "97112"), None)
    fitting = [s for s in drafts if s.billed in claimed] if claimed else [s for s in drafts if s.named == "97112"] or drafts
    return max(fitting, key=lambda s: minutes.get(s.billed, 0), default=None)
