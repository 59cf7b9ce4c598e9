"""A deficit that plain sentences deny, give to the past or to somebody else, fear or suppose. Braces mark the phrase."""

import pytest

from note_review.encounter import Assertion
from note_review.note import Span
from note_review.reading.denials import standing_of_deficit
from note_review.reading.lines import split_lines


def standing_of(marked: str) -> Assertion:
    start, end = marked.index("{"), marked.index("}") - 1
    text = marked.replace("{", "").replace("}", "")
    return standing_of_deficit(text, split_lines(text), Span(start, end))


@pytest.mark.parametrize(
    "marked",
    [
        "He has stopped {drifting to the left}.",
        "She quit {veering on turns}.",
        "Has not {drifted left} since Monday.",
        "He has not {lost his balance} since the new shoes.",
        "Walked the hall without {veering left}.",
        "No {veering to the left} seen.",
        "{Veering to the left} is gone.",
        "{Left drift} has cleared.",
        "He never {drifts left}.",
        "Resolved: {left drift on turns}.",
        "{Left drift on turns} - none.",
        "{Left drift on turns}: denied.",
        "R/o {ataxia of the left arm}.",
        "{Ataxia of the left arm} was ruled out.",
        "Her husband {veers left when he walks}.",
        "Her roommate {leans left in the chair}.",
        "The next patient {drifts left}.",
        "Past history of {left drift on turns}, resolved.",
        "{Left drift on turns} resolved 2 weeks ago.",
        "At no time did he {drift left}.",
        "At no point was there {drift to the left}.",
        "Not {drifting left} any more.",
        "{Drifts left} no more.",
        "{Drift to the left} was present in May only.",
        "There was no {trunk sway}.",
        "Without any {trunk sway} now.",
        "{Trunk sway} within normal limits.",
        "{Trunk sway} normal for age.",
        "Free from {trunk sway}.",
        "No evidence of {poor trunk control}.",
        "{Poor trunk control} not evident today.",
        "Trunk control is no longer {poor}.",
        "{Delayed protective reactions} are no longer seen.",
        "Protective reactions are no longer {delayed}.",
        "He does not have {delayed protective reactions}.",
        "{Delayed protective reactions}: no.",
        "{Delayed protective reactions} (resolved).",
        "s/p {delayed protective reactions}, now normal.",
        "The {delayed protective reactions} of last month have gone.",
        "She had {delayed protective reactions} at the hospital, not now.",
        "Previously {leaned left}, now upright.",
        "Formerly {unsteady on grass}.",
        "{Unsteady on grass} as a child.",
        "{Unsteady on grass} last summer, fine now.",
        "Was {unsteady on grass} last week; steady today.",
        "Says he is not {unsteady on grass}.",
        "Neither {unsteady on grass} nor dizzy.",
        "Screen for {left neglect} negative.",
        "Tested for {left neglect}: none found.",
        "{Left neglect} was suspected but not found.",
        "? {left neglect} - not seen on testing.",
        "Goal: no {left drift}.",
        "To prevent {left drift}.",
        "To avoid {tipping backward}.",
        "In case he {tips backward}.",
        "If he {tips backward}, stop.",
        "He fears that he will {tip backward}.",
        "Afraid of {tipping backward}, which has not happened.",
        "At risk for {loss of balance}.",
        "Precaution: may {lose balance backward}.",
        "People with PD {shuffle}.",
        "The therapist showed how a {shuffling gait} looks.",
        "Therapist acted out {shuffling gait}.",
        "Denies that he {drifts left}.",
        "Checked whether she {drifts left} and she does not.",
        "No sign that he {misses the target}.",
        "Does not {tip backward} on turns.",
        "She {must not lurch over the left leg}.",
        "His brother's {left lean} worries him.",
        "The {left lean} was suspected but never found.",
    ],
)
def test_it_is_not_there_now(marked):
    assert standing_of(marked) is not Assertion.PRESENT


@pytest.mark.parametrize(
    "marked",
    [
        "He has not stopped {drifting to the left}.",
        "He still {drifts left}.",
        "He never {shifts onto the left leg}.",
        "Has not {regained trunk control}.",
        "Not {able to shift left}.",
        "Does not {clear the left toe}.",
        "At no time did he {shift weight left}.",
        "Without the rail she {drifts left}.",
        "He {drifts left} without the rail.",
        "Denies pain but {drifts left}.",
        "No pain; {drifts left}.",
        "No change: {drifts left on turns}.",
        "Her husband says she {drifts left}.",
        "Wife reports he {leans left at meals}.",
        "{Drifts left} as before.",
        "Was {unsteady on grass} last week and still is.",
        "If cued he stands tall; {leans left} otherwise.",
        "Afraid because she {tips backward}.",
        "Goal not met: {drifts left}.",
        "Formerly upright, now {leans left}.",
        "{Delayed protective reactions} no better.",
        "Not only {leans left} but pushes.",
        "{Loses balance to the left}, no fall.",
        "No falls, {loses balance to the left}.",
        "{Sways without vision}.",
        "Noted again: {trunk sway}.",
        "The aide noticed that he {leans left}.",
        "Checked whether she {drifts left}: she does.",
        "Does not {tip backward} unless tired.",
        "Cued until he stopped {drifting left}.",
        "Patient demonstrates {poor trunk control}.",
        "Pt shows {poor trunk control}.",
        "His wife says that he {drifts left}.",
        "Does not {push off with the left foot}.",
        "Is not {able to stand on the left leg}.",
    ],
)
def test_it_is_there(marked):
    assert standing_of(marked) is Assertion.PRESENT
