"""Arithmetic of a claim: units, assistants, money, and the order in which mending it pays. Pure; reads no files."""

from note_review.claims.assistant import AssistantUnits, assistant_units
from note_review.claims.money import LineAmount, amount_at_stake, line_amounts
from note_review.claims.reconcile import Reconciliation, reconcile
from note_review.claims.units import Comparison, UnitAnswer, compare_methods, supported_units
from note_review.claims.verdicts import VerdictChange, changed_verdicts
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
    "UnitAnswer",
    "VerdictChange",
    "Visit",
    "WorkItem",
    "amount_at_stake",
    "assistant_units",
    "changed_verdicts",
    "compare_methods",
    "denial_view",
    "line_amounts",
    "reconcile",
    "supported_units",
    "visit_of",
    "worklist",
]
