"""Papers that tell of an examination: under heads of their own, what the patient's history is and what was found.

Such a paper is of a visit, so its words support some code (guide: an evaluation in which nothing was treated reads ``other``; only papers without a visit read
``undetermined``). Networks doubt that where the wording is unfamiliar; the heads are the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from note_review.engines.base import Readings
from note_review.reading.page import Page

_HEADS = frozenset({"history", "objective"})
# Summaries, reports and letters have such heads too, and may be of no visit.
_OF_NO_VISIT = re.compile(
    r"^[ \t]*(?:(?:status at|course of|hospital course|disposition|dear)\b|to whom it may concern|re:)"
    r"|\bdischarge (?:status|medications?|summary|instructions|disposition|recommendations)|\bdischarged? (?:on|from)\b|\bdate of discharge"
    r"|\bprogress (?:report|note|summary)|\bre-?certification|\bletter of medical necessity|\breporting period|\bthis report\b|\bvisits? (?:attended|to date|since)\b",
    re.IGNORECASE | re.MULTILINE,
)


def of_a_visit(page: Page, readings: Readings) -> Readings:
    """Return the readings without doubt that there was a visit, where no code is written and the paper tells of an examination."""
    if page.claim or any(service.billed for service in page.services) or not tells_of_an_examination(page):
        return readings
    return replace(
        readings,
        note_code=_determined(readings.note_code),
        service_codes=tuple(_determined(classes) for classes in readings.service_codes),
    )


def tells_of_an_examination(page: Page) -> bool:
    """Say whether a paper has a history and findings under heads, and nothing that makes it a summary, report or letter."""
    heads = {section.kind for section in page.sections if section.heading}
    return heads >= _HEADS and not _OF_NO_VISIT.search(page.text)


def _determined(classes: Mapping[str, float]) -> dict[str, float]:
    sure = 1 - classes["undetermined"]
    return {code: 0.0 if code == "undetermined" else chance / sure for code, chance in classes.items()} if sure else dict(classes)
