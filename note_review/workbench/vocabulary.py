"""The guide's words in the order in which a reader is offered them."""

from __future__ import annotations

from collections.abc import Mapping

from note_review.encounter import DOMAINS, FAMILIES
from note_review.evaluation.annotated import RESPONSE_KINDS

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "D": DOMAINS,
    "T": FAMILIES,
    "R": RESPONSE_KINDS,
    "M": ("97112", "97110", "97530", "97140", "97116", "97535", "total_timed", "total_treatment", "unspecified"),
}
