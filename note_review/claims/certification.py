"""How far a certification of the plan of care reaches: from first treatment, signature and order, by the policy of the day.

Source: Medicare Benefit Policy Manual ch. 15, 220.1.2 and 220.1.3.
"""

from __future__ import annotations

import datetime

from note_review.encounter import PlanOfCareFacts
from note_review.policy.model import Policy


def is_excused(facts: PlanOfCareFacts, policy: Policy, day: datetime.date | None) -> bool:
    """Say whether a signed order and timely sending stand for the first certification, though not for a later one."""
    start, ordered, sent = facts.start, facts.ordered_on, facts.sent_on
    if start is None or ordered is None or sent is None or day is None or not policy.flag("signed_order_exception", start):
        return False
    return ordered <= day and sent <= first_due(start, policy)


def is_within_first(facts: PlanOfCareFacts, policy: Policy, day: datetime.date | None) -> bool:
    """Say whether the day of service lies where a first certification can reach."""
    return facts.start is not None and day is not None and day <= longest_end(facts.start, policy)


def may_be_renewed(facts: PlanOfCareFacts, policy: Policy) -> bool:
    """Say whether a later certification may be on file that the note does not date.

    Either the note dates no signature and no whole period, or it speaks of a later certification and dates the first one's signature alone.
    """
    if facts.given or facts.absent or facts.lapsed or facts.signed is False:
        return False
    if facts.certified_on is None:
        return facts.expires_on is None or facts.renewed
    return facts.renewed and facts.start is not None and facts.certified_on <= first_due(facts.start, policy)


def is_awaited(facts: PlanOfCareFacts, policy: Policy, day: datetime.date | None) -> bool:
    """Say whether a plan that is out for signature is still within the days allowed for it, counted from its sending where the first treatment is not known."""
    first = facts.start or facts.sent_on
    return facts.signed is False and first is not None and day is not None and day <= first_due(first, policy)


def first_due(first: datetime.date, policy: Policy) -> datetime.date:
    """Return the last day of a timely first certification."""
    return after(first, policy.number("certification_days", first) or 30)


def longest_end(first: datetime.date, policy: Policy) -> datetime.date:
    """Return the last day that a certification can reach."""
    return after(first, policy.number("certification_max_days", first) or 90)


def after(day: datetime.date, days: int) -> datetime.date:
    """Return the day so many days on; an EHR's "no end" (9999-12-31) stays the last day there is."""
    return day + datetime.timedelta(min(days, (datetime.date.max - day).days))


def is_certified_anew(facts: PlanOfCareFacts, policy: Policy) -> bool:
    """Say whether the date known is a recertification's: it lies past the first certification, or opens a period that ends past it."""
    if facts.start is None or facts.certified_on is None:
        return False
    end = longest_end(facts.start, policy)
    opens_a_later = (
        facts.expires_on is not None and facts.expires_on > end and facts.certified_on > first_due(facts.start, policy)
    )
    return facts.certified_on > end or opens_a_later


def is_late_or_anew(facts: PlanOfCareFacts, policy: Policy, day: datetime.date | None) -> bool:
    """Say whether the one date known is a late first certification or a timely later one: a service past the first 90 days needs the second."""
    if facts.start is None or facts.certified_on is None or facts.expires_on is not None or day is None:
        return False
    return first_due(facts.start, policy) < facts.certified_on <= longest_end(facts.start, policy) < day


def covered_until(facts: PlanOfCareFacts, policy: Policy, day: datetime.date | None) -> datetime.date | None:
    """Return the last day of the certification: the plan's own end or 90 days, whichever comes first.

    A first certification counts from the first treatment however late it is; a recertification has 90 days of its own.
    """
    limits = [facts.expires_on] if facts.expires_on else []
    told = (facts.certified_on, facts.expires_on, facts.ordered_on, facts.sent_on)
    is_first = is_within_first(facts, policy, day) and told != (None,) * len(told)
    if facts.start is not None and (is_first or not may_be_renewed(facts, policy)):
        anew = facts.certified_on if is_certified_anew(facts, policy) or is_late_or_anew(facts, policy, day) else None
        limits.append(longest_end(anew or facts.start, policy))
    return min(limits, default=None)
