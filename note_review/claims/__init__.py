"""Arithmetic of a claim: units, assistants, money, and the order in which mending it pays. Pure; reads no files."""

from note_review.claims.assistant import AssistantUnits, assistant_units
from note_review.claims.money import (
    LineAmount,
    Schedule,
    amount_at_stake,
    code_amounts,
    line_amounts,
    schedule_of,
    stakes,
    supported_lines,
)
from note_review.claims.reconcile import Reconciliation, reconcile
from note_review.claims.units import Comparison, UnitAnswer, compare_methods, supported_units
from note_review.claims.visit import Visit, visit_of
from note_review.claims.worklist import DENIALS, Denial, DenialView, WorkItem, denial_view, worklist

__all__ = [
    "DENIALS",
    "AssistantUnits",
    "Comparison",
    "Denial",
    "DenialView",
    "LineAmount",
    "Reconciliation",
    "Schedule",
    "UnitAnswer",
    "Visit",
    "WorkItem",
    "amount_at_stake",
    "assistant_units",
    "code_amounts",
    "compare_methods",
    "denial_view",
    "line_amounts",
    "reconcile",
    "schedule_of",
    "stakes",
    "supported_lines",
    "supported_units",
    "visit_of",
    "worklist",
]
