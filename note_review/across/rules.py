"""The rules that look across notes. None of them says that something did not happen: each says what a reviewer will ask."""

from __future__ import annotations

from note_review.findings import Rule

_COPY = "what payers' reviewers look for as told by therapycomply.com and optimispt.com; about half of clinical text is copied, so the author's own habit is the measure"
_PROGRESS = "Benefit Policy Manual ch. 15, 220.2.D and 220.3.D: progress reports, every 10 treatment days, on measured goals"
_TIME = "Claims Processing Manual ch. 5, 20.2 and 20.3: one-on-one minutes of one clinician cannot overlap"

SECTION_CARRIED = Rule(
    code="NR601", name="section_carried", severity="warning", reason=False, source=_COPY,
    summary="A section stands in an earlier note word for word, far more than is usual for its author.",
    why="A section that does not change from visit to visit does not show what was done and found on this day.",
    fix="What of this section was observed on this day? What was carried should say so, with its date.",
    example="94 % of the objective section stands in the note of 3 March; this author's usual share is 21 %.",
)  # fmt: skip
NOTE_CARRIED = Rule(
    code="NR602", name="note_carried", severity="error", reason=False, source=_COPY,
    summary="Nothing in the note is new: all of it stands in an earlier note.",
    why="Two visits with the same words are read as one visit that was documented twice.",
    fix="What was done and found on this day? If it was not recorded, the record cannot support the claim.",
    example="100 % of the note's clinical text stands in the same patient's note of 3 March.",
)  # fmt: skip
CARRIED_CONTRADICTION = Rule(
    code="NR603", name="carried_contradiction", severity="error", reason=False, source=_COPY,
    summary="A carried sentence contradicts what the same note records for today.",
    why="One wrong carried sentence makes every other sentence of the note doubtful to a reviewer.",
    fix="Which of the two holds for this day?",
    example='carried: "Pain 7/10 with stairs"; today: "pain with stairs 3/10"',
)  # fmt: skip
PLATEAU = Rule(
    code="NR611", name="plateau", severity="warning", reason=False, source=_PROGRESS,
    summary="Visit after visit without a measured improvement.",
    why="Skilled care is expected to improve the patient or to be needed to maintain function; without a measure nobody can tell.",
    fix="What has been measured since? Is this maintenance care under a plan that says so?",
    example="12 visits from 3 March to 14 April without a measured improvement: Berg 42 throughout.",
)  # fmt: skip
GOALS_UNTOUCHED = Rule(
    code="NR612", name="goals_untouched", severity="warning", reason=False, source=_PROGRESS,
    summary="Visit after visit without a word on how the goals stand.",
    why="Goals that are never assessed do not show that the care follows its plan.",
    fix="How do the goals stand? Were any met, changed or dropped, and when?",
    example="14 visits; no note says how a goal stands, and the goals' words never change.",
)  # fmt: skip
IMPOSSIBLE_DAY = Rule(
    code="NR621", name="impossible_day", severity="error", reason=False, source=_TIME,
    summary="A clinician's timed one-on-one minutes of a day exceed the hours the clinic is open.",
    why="Such days are the first thing that an auditor's data analysis looks for.",
    fix="Who treated whom, and when? Were minutes of an assistant or of a group put under this clinician?",
    example="641 timed one-on-one minutes in 14 notes on one day, in a clinic that is open 10 hours.",
)  # fmt: skip
OVERLAPPING_TIMES = Rule(
    code="NR622", name="overlapping_times", severity="error", reason=False, source=_TIME,
    summary="One clinician's one-on-one times with two patients overlap.",
    why="A clinician cannot be one-on-one with two patients at once; the overlap is group or concurrent time, or it is an error.",
    fix="Were the two treated together? Then the shared time is not one-on-one.",
    example="9:05-9:50 and 9:30-10:10 overlap by 20 minutes.",
)  # fmt: skip
PATIENT_TWICE = Rule(
    code="NR623", name="patient_twice", severity="warning", reason=False, source=_TIME,
    summary="Two clinicians' times with one patient overlap.",
    why="When two treat one patient together each 15 minutes counts once, not once for each.",
    fix="Was it co-treatment? How was the shared time divided between the two claims?",
    example="PT 9:00-9:45 and OT 9:30-10:15 with the same patient.",
)  # fmt: skip
PEER_OUTLIER = Rule(
    code="NR631", name="peer_outlier", severity="warning", reason=False,
    source="Spiegelhalter 2005, Funnel plots for comparing institutional performance: limits that widen where there are few notes",
    summary="A clinician differs from peers by more than chance and ordinary variation explain.",
    why="Payers choose whom to audit by such comparisons.",
    fix="What differs: the patients, the setting, the documentation, or the billing?",
    example="High risk in 62 of 180 notes; peers of the same discipline: 214 of 2,911.",
)  # fmt: skip
RULES = (SECTION_CARRIED, NOTE_CARRIED, CARRIED_CONTRADICTION, PLATEAU, GOALS_UNTOUCHED, IMPOSSIBLE_DAY, OVERLAPPING_TIMES,
         PATIENT_TWICE, PEER_OUTLIER)  # fmt: skip
