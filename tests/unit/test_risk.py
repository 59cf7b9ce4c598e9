"""Risk is monotone in its factors, and the guide's rule decides the clear cases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.engines.loading import folder_of
from note_review.judged import Judged
from note_review.risk import FACTORS, Facts, RiskModel

RULES = ["deficit_missing", "technique_missing", "minutes_missing", "response_missing", "skilled_need_missing", "not_one_on_one"]
BALANCE = Judged("97112", assumed=False, service=None, wants_neuromuscular=True)
LACKS = ("deficit", "technique", "minutes", "response", "skill", "shared")
facts = st.builds(
    Facts,
    judged=st.just(BALANCE),
    otherwise=st.floats(0, 1),
    as_claimed=st.booleans(),
    undetermined=st.just(False),
    lacking=st.fixed_dictionaries(dict.fromkeys(LACKS, st.floats(0, 1))),
    rules=st.sets(st.sampled_from(RULES)).map(frozenset),
    rendered=st.booleans(),
    given=st.just(True),
)
MODELS = [RiskModel.load(folder_of(engine) / "risk.json") for engine in ("accurate", "fast")]


def level_of(model: RiskModel, note: Facts) -> str:
    return model.judge(note.factors())[1]


@pytest.mark.parametrize("model", MODELS)
def test_no_weight_is_below_zero(model: RiskModel) -> None:
    for weights in (model.high, model.raised):
        assert set(weights) == {"intercept", *FACTORS}
        assert all(weights[name] >= 0 for name in FACTORS)


@pytest.mark.parametrize("model", MODELS)
@given(before=facts, rule=st.sampled_from(RULES))
def test_one_more_fault_never_lowers_the_risk(model: RiskModel, before: Facts, rule: str) -> None:
    after = replace(before, rules=before.rules | {rule})
    assert model.score(after.factors())[0] >= model.score(before.factors())[0] - 1e-12


@pytest.mark.parametrize("model", MODELS)
@given(before=facts, lack=st.sampled_from(LACKS), more=st.floats(0, 1))
def test_more_doubt_never_lowers_the_risk(model: RiskModel, before: Facts, lack: str, more: float) -> None:
    after = replace(before, lacking={**before.lacking, lack: max(more, before.lacking[lack])})
    assert model.score(after.factors())[0] >= model.score(before.factors())[0] - 1e-12


@pytest.mark.parametrize("model", MODELS)
@given(before=facts, one=st.sampled_from(RULES[:4]), other=st.sampled_from(RULES[:4]))
def test_what_the_guide_calls_high_outright_is_high(model: RiskModel, before: Facts, one: str, other: str) -> None:
    assert level_of(model, replace(before, rules=before.rules | {"not_one_on_one"})) == "high"
    assert level_of(model, replace(before, as_claimed=False)) == level_of(model, replace(before, rendered=False)) == "high"
    if one != other:
        assert level_of(model, replace(before, rules=before.rules | {one, other})) == "high"


def test_the_guides_rule_decides_the_clear_cases() -> None:
    clear = Facts(BALANCE, 0.02, True, False, lacking=dict.fromkeys(LACKS, 0.02), rules=frozenset(), rendered=True, given=True)
    model = MODELS[0]
    assert level_of(model, clear) == "low"
    assert level_of(model, replace(clear, as_claimed=False, otherwise=0.95)) == "high"
    absent = replace(clear, rules=frozenset({"response_missing"}), lacking={**clear.lacking, "response": 0.97})
    assert level_of(model, absent) == "moderate"
