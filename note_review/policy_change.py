"""What a change of policy changes: settings, and the verdicts of a folder's notes. The notes are read once and judged twice."""

from __future__ import annotations

from collections.abc import Iterator

from note_review.batch.worker import why
from note_review.errors import InputError
from note_review.policy import changes, load_policy
from note_review.reports.wording import counted
from note_review.review import Review
from note_review.reviewer import Reviewer
from note_review.settings import Settings
from note_review.sources import open_notes


def changed_settings(before: Settings, after: Settings) -> Iterator[str]:
    """Yield one line for each thing in force that differs."""
    old = load_policy(payer=before.payer, date=before.date)
    new = load_policy(payer=after.payer, date=after.date)
    for change in changes(old, new):
        yield f"{change.name}: {change.before or 'not in force'} -> {change.after or 'not in force'}"


def changed_verdicts(source: str, before: Settings, after: Settings) -> Iterator[str | InputError]:
    """Yield one line for each note whose reasons, checks or supported units differ, and the error of each that cannot be."""
    old, new = Reviewer(before), Reviewer(after)
    same = total = 0
    for note in open_notes(source):
        if isinstance(note, InputError):
            yield note
            continue
        try:
            first, second = verdict(old.review(note)), verdict(new.review(note))
        except Exception as error:
            yield InputError(why(error), source=note.source, place=note.place)
            continue
        total += 1
        if first == second:
            same += 1
            continue
        gone, come = sorted(first - second), sorted(second - first)
        yield f"{note.id}: " + "; ".join([*(f"no longer {word}" for word in gone), *(f"now {word}" for word in come)])
    yield f"change of verdict: {total - same} of {counted(total, 'note')}"


def verdict(review: Review) -> set[str]:
    """Return what a policy decides of a review: reasons with severity, results of checks, supported units."""
    reasons = {f"{r.reason} ({r.severity})" for r in review.risk.reasons}
    checks = {f"{c.check} {c.result}" for c in review.claim.checks}
    units = {f"{units} units of {code}" for code, units in review.claim.supported_units.items()}
    return reasons | checks | units | {f"risk {review.risk.level}"}
