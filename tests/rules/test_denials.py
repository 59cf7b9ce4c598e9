"""A deficit that its words deny, call normal, name as a purpose or tell of another person. Braces mark the phrase."""

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
        "Turns to both sides with {no LOB}.", "No {drift} in the hallway.", "She no longer {veers to the left}.", "He {no longer stumbles on gravel}.", "Denies {numbness in the feet}.", "Denies dizziness or {unsteadiness}.",
        "Finger to nose {without dysmetria}.", "{Heel-shin} normal.", "{Vibration at both ankles} is intact.", "{Joint sense} WNL now.", "{Light touch} and stereognosis R back to normal.", "Presents with {normal tone} in both arms.",
        "{Dynamic balance} is good now on both legs.", "{Foot drop} resolved.", "{Sensation of the thumb back to normal}.", "{R grip 61 lb, L grip 63 lb}.", "{Tandem stance 30 sec, norm 30}.", "{Left rotation 70, same as the right}.",
        "He {rises from the chair without his arms}.", "{Tandem walk} steady.", "{Pinch control} and thumb placement s/p repair both tested normal.",
        "{Inversion angle sense} now as good L as R.", "{The right quadriceps} tests every bit as strong as the left.", "{Pushing to the left} having ceased over the weekend.", "{Quadriga} looked for, not found.", "{Winging} not seen today.",
    ],
)  # fmt: skip
def test_denied_normal_or_gone(marked):
    assert standing_of(marked) is Assertion.NEGATED


@pytest.mark.parametrize(
    "marked",
    [
        "{No righting} to the left.", "She {can no longer turn over in bed}.", "{Shoulder flexion 120 (normal 180)}.", "{Extension is 40% of normal}.", "{Tone low normal to low} at the shoulders.", "{Rapid alternation} normal on the right, slow on the left.",
        "{Neither ankle pulls up past neutral}.", "She could not turn without {freezing}.", "{No LOB until the fourth turn}, then two.", "No pain, {freezing at doorways}.", "Range full but {returns with a hitch}.", "{Decreased sensation} and tone normal.",
        "{R grip 40 lb, L grip 63 lb}.", "{Calf girth right 39 cm, left 41 cm}.", "Great toe {position sense} absent.", "Hip drop improved, {drifts off midline}.", "To address {decreased balance}.", "{Cannot kneel without pain}.",
        "{Hip drop} gone from the first set only.", "A trunk that sways when {the tray is full}.",
    ],
)  # fmt: skip
def test_still_a_deficit(marked):
    assert standing_of(marked) is Assertion.PRESENT


@pytest.mark.parametrize(
    "marked",
    [
        "Did not show {hip drop on the left} at any point.", "{Past-pointing of the right} arm: none.", "{Scissoring gait not} evident.", "(-) {tremor of the right hand}.", "{Foot drag in swing} (-).", "Absent: {drift on tandem walking}.",
        "{Unsteadiness on uneven} ground resolved.", "Never had {freezing at doorways}.", "{Stumbling on turns} 0 times in 10.", "Has no {drift when walking}.", "Had {vertigo last year}, none since.", "{Knee buckling} did not recur.",
        "{Position sense at the} great toe intact.", "{Heel-to-shin coordination} not impaired.", "{Sitting posture} age-appropriate.", "{Tandem stance: no} deficit.", "Intact {righting to the left}.", "Reports no trouble with {weight shift to the left}.",
        "{Reactive stepping} is back to baseline.", "{Trunk control} (normal).", "{Ankle proprioception no longer} impaired.",
    ],
)  # fmt: skip
def test_the_whole_clause_denies_what_is_marked_in_part(marked):
    assert standing_of(marked) is Assertion.NEGATED


@pytest.mark.parametrize(
    "marked",
    [
        "{Righting to the left} absent.", "{Protective stepping} not seen.", "{Hip drop} is not gone.", "{Hip drop} absent only with cues.", "{Drift on turns} - pain denied.", "{Unsteady in tandem}, Romberg negative.", "{Coordination} far from normal.",
        "{Position sense} is half of normal.", "{Gait is wide based} and arm swing normal.", "Good {trunk control with both hands down}.", "No LOB on firm ground, {drift on foam}.", "{Tremor} unless cued, not seen at rest.", "{Heel-shin} not intact.",
        "His wife has noticed {drift in the hall}.", "Her daughter has to {steady her on turns}.", "{Sways the moment vision is gone}.", "{Sensory loss to the knee}, at the hip normal.", "No change in {hip drop}.",
    ],
)  # fmt: skip
def test_a_verdict_on_something_else_or_a_limited_one_leaves_the_deficit(marked):
    assert standing_of(marked) is Assertion.PRESENT


@pytest.mark.parametrize(
    "marked", ["Brother with {poor balance}.", "Pt's mother had {tremor of both hands}.", "Family hx of {ataxia}."]
)
def test_a_relatives_deficit(marked):
    assert standing_of(marked) is Assertion.OTHER_PERSON


@pytest.mark.parametrize(
    "marked",
    [
        "No stumbling with {persistent sway in stance}.", "No {drift w/ marked sway on the dome}.", "No falls since Monday however {wobbly on the stairs}.", "He denies dizziness reports {veering in the hall}.", "No drift eyes open / {drift eyes closed}.",
        "No clonus L ankle - {clonus R ankle}.", "{Foot drag R with arm swing absent}.", "{Foot drop L} with active dorsiflexion absent.", "{Sway in stance} with hip strategy absent.", "{Limp} with pain 0/10.", "{Staggering gait} device: none.",
        "{Dysmetria L arm} target hits 0/8.", "No active eversion {L foot drag}.", "{No push-off L foot drag}.", "No change {truncal ataxia}.", "No carryover {hip drop}.",
    ],
)  # fmt: skip
def test_a_fault_beside_what_is_denied_or_absent_stands(marked):
    assert standing_of(marked) is Assertion.PRESENT


@pytest.mark.parametrize(
    "marked",
    [
        "No {stumbling with head turns}.", "No stumbling or {sway on foam}.", "No drift on turns or {sway on foam}.", "No LOB no {knee buckling}.", "No trouble with {dizziness}.", "Denies that he has any {numbness}.", "{R foot drop} absent.",
        "{Stumbles}: 0.", "{Stumbles} 0.", "{Freezing} 0 of 10 trials.", "No {R foot drop}.", "No {left-sided neglect}.", "No {coordination deficits}.",
    ],
)  # fmt: skip
def test_faults_that_a_denial_reaches(marked):
    assert standing_of(marked) is Assertion.NEGATED


@pytest.mark.parametrize(
    "marked",
    [
        "{Standing balance max A} / sitting balance good.", "Good sitting balance {standing balance SBA}.", "{Fine motor control L hand clumsy} / R intact.", "{Sitting balance} with min A adequate.", "Full support for {standing balance}.",
        "{LOB to L} recovered fully.", "{Freezing in the doorway} cleared.", "{L hand dexterity} remains at baseline.",
        "Dad has concerns about {unsteady gait}.", "Daughter with worries for {poor balance}.", "His son has witnessed {LOB}.", "Her husband has described {staggering}.",
    ],
)  # fmt: skip
def test_help_recovery_and_a_relatives_word_leave_the_deficit(marked):
    assert standing_of(marked) is Assertion.PRESENT


@pytest.mark.parametrize(
    ("marked", "stands"),
    [
        ("{Standing balance} good.", Assertion.NEGATED), ("Full {ankle strength}.", Assertion.NEGATED), ("{Vertigo} cleared.", Assertion.NEGATED), ("{L hand dexterity} back to baseline.", Assertion.NEGATED),
        ("Dad has {unsteady gait}.", Assertion.OTHER_PERSON), ("Mother has a history of {ataxia}.", Assertion.OTHER_PERSON),
    ],
)  # fmt: skip
def test_a_faculty_called_well_and_a_relative_who_has_it(marked, stands):
    assert standing_of(marked) is stands


def test_a_bare_purpose_and_another_persons_deficit():
    assert standing_of("Stance on foam to improve {static balance}.") is Assertion.PLANNED
    assert standing_of("Stance on foam to improve {impaired static balance}.") is Assertion.PRESENT
    assert standing_of("His wife has {poor balance}.") is Assertion.OTHER_PERSON


@pytest.mark.parametrize(
    "marked",
    [
        "{R ankle position sense} is not WNL.", "{Heel-to-shin} isn't normal.", "{Trunk control} not within functional limits.", "{Balance in stance outside normal} limits.", "{Weight shift} is no longer normal.", "{Trunk control is far from normal}.",
        "{Finger-to-nose} is neither smooth nor even.", "{Tandem stance almost} WNL.", "{Postural control has yet to normalize}.", "He does not have {normal position sense}.", "{Gait rhythm} is less than the other side.", "{Balance} better, not yet equal to the left.",
        "{Light touch} intact L, diminished R.", "{Trunk control} normal at eval, impaired now.", "{Vibration sense} WNL on the left, reduced right.", "Strength WNL, {balance impaired}.", "ROM full, {coordination} decreased.", "Tone normal but {gait unsteady}.",
        "No pain, {LOB} x2 on turns.", "No nausea, dizziness, {foot drag} noted.", "Denies pain, {sway} observed in stance.", "No headache but {drift to the left} on turns.", "No change in sway or {foot drag}.", "{Foot drag without dizziness}.", "No righting or {hip drop}.",
        "No pain, {mild ataxia}.", "No cues or rail, {knee buckling} on step 3.",
    ],
)  # fmt: skip
def test_short_of_normal_or_beside_another_denial_it_stands(marked):
    assert standing_of(marked) is Assertion.PRESENT


@pytest.mark.parametrize(
    "marked",
    [
        "{R ankle position sense}: within normal limits bilaterally today.", "{Trunk control} is not below normal.", "{Weight shift} no longer abnormal.", "{Coordination} no different from the other side.", "{Vibration sense equal to the left today}.", "No longer impaired: {position sense}.",
        "{Sitting balance} was impaired, now WNL.", "{Tandem gait impaired at eval}, now normal.", "{Postural control} in sitting and sensation WNL today.", "{Light} touch on the foot normal, gait speed reduced.", "{Trunk control} intact but strength reduced.",
        "No pain, dizziness, or {knee hyperextension} during stairs.", "Denies nausea, {sway}.", "Denies pain, nausea, and {numbness}.", "Without headache or {R foot drag}.", "No {drift}, nausea, or pain.", "No nausea, {drift}, or pain.", "Neg for pain or {tremor}.",
        "No numbness/{hip drop}.", "Neither pain nor {drift} seen.", "{Unsteadiness on turns not seen}, pain denied.", "{Tremor} absent, nausea absent.", "No {LOB} but mild dizziness.", "{Knee buckling} not noted today during stairs.",
    ],
)  # fmt: skip
def test_well_after_all_or_one_of_several_denied(marked):
    assert standing_of(marked) is Assertion.NEGATED


@pytest.mark.parametrize(
    "marked",
    [
        "No headache, {sways on ramps or gravel}.", "No pain, {hip drop} with steps or ramps.", "No rollator, {LOB} on sand or mulch.", "Cannot rise from the mat without a rail or {LOB}.", "Does not cross the gym without hand hold or {veering}.",
        "{Tandem stance} with R hip drop and sensation WNL.", "{Trunk control} in sitting weak and tone normal.", "{Single leg stance} with 2 touches and ROM intact.", "{Hip drop} goes on, pain was 5/10, now gone.", "{Reduced push-off} and ankle ROM was 5 deg, now full.", "{Hip drop} remains and swelling was seen, now resolved.",
        "{Vertigo} resolved during a seated rest.", "{Hip drop} gone during laps with the brace.", "{Sway} none during stance with a rail.", "No {veering} but veers when tired.", "No {sway} with EO but marked sway with EC.", "No {LOB} but stumbles on grass.", "{Hip strength} WFL but ankle strength 3/5.",
        "Ramp with no cane/{wobbly} at the top.", "Steps w/o brace/{foot drag} R.", "No relief of soreness or {tightness}.", "No drugs for pain or {tremor}.", "No balance training or {unsteadiness} today.", "Neg for pain, {limps} on ramps.", "Romberg neg for sway and {wobbles in tandem}.", "Not yet free of pain or {dizziness}.",
        "{Push-off on the R} not noted today.", "{Trunk rotation} not noted.", "{Tremor} L arm severe R none, gait slow.", "{Balance} functional, balance on the beam poor.", "{Heel-shin} fine R, speed slow L.", "No pain or {buckling} with the AFO on.",
        "Poor {balance} on the beam and sensation intact.", "Min A for {balance} in sitting and vision intact.", "Needs SBA to step down without a hop or {sway}.", "Goal: two laps without hiking or {limp}.", "Never free of soreness or {tightness}.", "Without AFO foot slap or {stumbling} comes.", "{Limp} from hip pain that resolved, fever denied.", "{Dizziness} lying sitting none, gait slow.",
        "No falls, {unsteady}, reaches for chairs, or holds the wall.", "No dizziness or {sway} if he moves slowly.", "No soreness or {tightness} following heat.", "{Left hip strength} same as other leg, both 4-/5.",
    ],
)  # fmt: skip
def test_a_fault_beside_help_another_finding_or_its_other_side_stands(marked):
    assert standing_of(marked) is Assertion.PRESENT


@pytest.mark.parametrize(
    "marked",
    [
        "No headache, {sway}, or nausea.", "Cannot jog yet. Walks without {LOB}.", "{Trunk control} in sitting and sensation WNL.", "{Hip drop} was seen at eval, now resolved.", "{Vertigo} resolved.", "{Sway} not seen during gait.", "No {veering} but pain with turns.", "{Hip strength} WFL but gait slow.",
        "No pain/{foot drag}.", "No soreness or {tightness}.", "Free of pain or {dizziness}.", "{Hip drop} not noted today.", "{Tremor} none, gait slow.", "{Heel-shin} normal, speed slow.", "{Balance} good, pain on steps.", "No pain or {buckling} on steps.",
        "{Balance} in stance and sensation intact.", "Walks two laps without hiking or {limp}.", "{Left hip strength} same as other leg.",
    ],
)  # fmt: skip
def test_the_same_forms_deny_where_nothing_else_is_told(marked):
    assert standing_of(marked) is Assertion.NEGATED
