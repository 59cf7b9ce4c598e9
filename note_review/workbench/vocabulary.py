"""The guide's words in the order in which a reader is offered them."""

from __future__ import annotations

from collections.abc import Mapping

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "D": (
        "balance", "movement", "coordination", "kinesthetic_sense", "posture", "proprioception",
        "strength", "endurance", "range_of_motion", "flexibility", "function",
    ),
    "T": ("neuromuscular", "exercise", "activities", "gait", "manual", "other"),
    "R": ("measured", "generic"),
    "M": ("97112", "97110", "97530", "97140", "97116", "97535", "total_timed", "total_treatment", "unspecified"),
}  # fmt: skip
