"""Techniques and measured results that plain sentences give, or pass over, want, put off or give to others. Braces mark the phrase."""

import pytest

from note_review.encounter import Assertion, Mention, MentionKind
from note_review.note import Note, Span
from note_review.reading.page import read_page
from note_review.reading.standing import counted

HEAD = "97112 20 min: weight shifts.\n"


def stands(marked: str, *, kind: MentionKind, attribute: str) -> bool:
    start, end = len(HEAD) + marked.index("{"), len(HEAD) + marked.index("}") - 1
    page = read_page(Note(text=HEAD + marked.replace("{", "").replace("}", "")))
    return any(m.assertion is Assertion.PRESENT for m in counted(page, [Mention(kind, Span(start, end), attribute, 0.9)]))


@pytest.mark.parametrize(
    "marked",
    [
        "{Tandem walking on foam} was planned but not done.",
        "{Tandem walking on foam} not attempted today.",
        "Did not do {tandem walking on foam}.",
        "We did not get to {tandem walking on foam}.",
        "Ran out of time for {tandem walking on foam}.",
        "No time for {tandem walking on foam}.",
        "{Tandem walking on foam} was skipped, too tired.",
        "Skipped {tandem walking on foam}.",
        "Patient declined {tandem walking on foam}.",
        "He refused {tandem walking on foam}.",
        "{Tandem walking on foam} left for Friday.",
        "Will start {tandem walking on foam} next visit.",
        "Next time: {tandem walking on foam}.",
        "Plan: {tandem walking on foam}.",
        "Last visit we did {tandem walking on foam}.",
        "At the last visit she did {tandem walking on foam}.",
        "On Monday he did {tandem walking on foam}.",
        "Yesterday he did {tandem walking on foam} at home.",
        "{Tandem walking on foam} as home exercise.",
        "Home program: {tandem walking on foam}.",
        "Taught {tandem walking on foam} for home.",
        "Instructed to do {tandem walking on foam} at home.",
        "{Tandem walking on foam} was demonstrated only.",
        "Instead of {tandem walking on foam} we did leg press.",
        "{Tandem walking on foam} replaced by leg press.",
        "With the cramp, {tandem walking on foam} gave way to leg press.",
        "{Tandem walking on foam}, 4 laps at the rail; not today, no room.",
        "Next up: {tandem walking on foam}.",
        "Leg press in place of {tandem walking on foam}.",
        "Rather than {tandem walking on foam}, rode the bike.",
        "{Tandem walking on foam} contraindicated today.",
        "{Tandem walking on foam} was stopped before it began.",
        "Considered {tandem walking on foam} but chose the bike.",
        "Unable to do {tandem walking on foam}.",
        "Too dizzy for {tandem walking on foam}.",
        "The plan had been {tandem walking on foam}, but she left early.",
        "Aide will do {tandem walking on foam} tomorrow.",
        "Hold {tandem walking on foam} until cleared.",
        "{Tandem walking on foam} on hold.",
        "D/C'd {tandem walking on foam}.",
        "Would benefit from {tandem walking on foam}.",
        "Consider {tandem walking on foam}.",
        "Her husband did {tandem walking on foam} to show her.",
    ],
)
def test_a_drill_not_given(marked):
    assert not stands(marked, kind="technique", attribute="neuromuscular")


@pytest.mark.parametrize(
    "marked",
    [
        "{Tandem walking on foam} 4 x 30 s.",
        "Did {tandem walking on foam} instead of leg press.",
        "{Tandem walking on foam} replaced leg press.",
        "Leg press declined; {tandem walking on foam} done.",
        "Despite fatigue did {tandem walking on foam}.",
        "{Tandem walking on foam} without holding on.",
        "{Tandem walking on foam} until she tired.",
        "She did {tandem walking on foam} as planned.",
        "Continued {tandem walking on foam}.",
        "{Tandem walking on foam}, same as last visit.",
        "{Tandem walking on foam}, to be done at home too.",
        "Progressed to {tandem walking on foam}.",
        "Added {tandem walking on foam}.",
        "Resumed {tandem walking on foam} after a rest.",
        "{Tandem walking on foam} with me holding the belt.",
        "Not yet steady in {tandem walking on foam}.",
        "{Tandem walking on foam} stopped after 20 s, dizzy.",
    ],
)
def test_a_drill_given(marked):
    assert stands(marked, kind="technique", attribute="neuromuscular")


@pytest.mark.parametrize(
    "marked",
    [
        "Goal: {holds tandem 20 s}.",
        "To {hold tandem 20 s} by discharge.",
        "STG: {holds tandem 20 s} in 2 weeks.",
        "Last week {held tandem 20 s}.",
        "At eval {held tandem 20 s}.",
        "{Held tandem 20 s} last visit.",
        "{Held tandem 20 s} at eval.",
        "{Held tandem 20 s} yesterday at home.",
        "Her husband {held tandem 20 s}.",
        "The norm for his age is {tandem 20 s}.",
        "Should {hold tandem 20 s} by June.",
        "Will {hold tandem 20 s} by June.",
        "Expected to {hold tandem 20 s}.",
        "Hopes to {hold tandem 20 s}.",
        "Asked to {hold tandem 20 s}.",
        "Told to {hold tandem 20 s}.",
        "He is to {hold tandem 20 s}.",
        "Target {tandem 20 s}.",
        "If she {holds tandem 20 s} we advance.",
        "Wants to {hold tandem 20 s}.",
        "Before the fall {held tandem 20 s}.",
        "Aim was {tandem 20 s}.",
        "PLOF: {held tandem 20 s}.",
        "Next visit {hold tandem 20 s}.",
        "Before any of it she {held tandem 20 s}.",
        "At the start of the session {held tandem 20 s}.",
    ],
)
def test_a_result_not_reached_here(marked):
    assert not stands(marked, kind="response", attribute="measured")


@pytest.mark.parametrize(
    "marked",
    [
        "{Held tandem 20 s}.",
        "{Held tandem 20 s}, 8 s last visit.",
        "{Held tandem 20 s}, goal 30 s.",
        "{Held tandem 20 s}, goal met.",
        "Goal met: {held tandem 20 s}.",
        "{Held tandem 20 s} vs 8 s at eval.",
        "From 8 s at eval {held tandem 20 s} today.",
        "By the end {held tandem 20 s}.",
        "After cueing {held tandem 20 s}.",
        "Today {held tandem 20 s}.",
        "Now {holds tandem 20 s}.",
        "She {held tandem 20 s} on her own.",
        "With the belt {held tandem 20 s}.",
        "{Held tandem 20 s} before stepping out.",
        "Last trial {held tandem 20 s}.",
        "On the last lap {held tandem 20 s}.",
        "First trial 8 s, last {held tandem 20 s}.",
        "At the start of the session {held tandem 8 s, 20 s after cueing}.",
    ],
)
def test_a_result_reached_here(marked):
    assert stands(marked, kind="response", attribute="measured")
