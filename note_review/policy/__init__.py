"""Dated, sourced policy: what holds for a payer on a day, with where it was read and how firm that is.

Values are data (``data/*.toml``, ``data/payers/*.toml``); this package reads, checks and dates them.
"""

from note_review.policy.describe import Change, PolicyRow, changes, describe
from note_review.policy.edits import load_edits
from note_review.policy.fees import load_fees
from note_review.policy.loader import load_policy, payer_names, refuse_unknown
from note_review.policy.model import Edit, EditTable, Fact, Fee, Mue, Policy

__all__ = [
    "Change",
    "Edit",
    "EditTable",
    "Fact",
    "Fee",
    "Mue",
    "Policy",
    "PolicyRow",
    "changes",
    "describe",
    "load_edits",
    "load_fees",
    "load_policy",
    "payer_names",
    "refuse_unknown",
]
