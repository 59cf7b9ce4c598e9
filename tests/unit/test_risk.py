"""Risk is monotone in its factors, and what would change it does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from note_review.engines.loading import folder_of
from note_review.risk import FACTORS, Facts, RiskModel, what_would_change

RULES = ["deficit_missing", "technique_missing", "minutes_missing", "response_missing", "skilled_need_missing", "not_one_on_one"]
LACKS = ("deficit", "technique", "minutes", "response", "skill", "shared")
facts = st.builds(
    Facts,
    otherwise=st.floats(0, 1),
    as_claimed=st.booleans(),
    undetermined=st.just(False),
    lacking=st.fixed_dictionaries(dict.fromkeys(LACKS, st.floats(0, 1))),
    rules=st.sets(st.sampled_from(RULES)).map(frozenset),
    rendered=st.booleans(),
)
MODELS = [RiskModel.load(folder_of(engine) / "risk.json") for engine in ("accurate", "fast")]


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
@given(before=facts)
def test_what_would_change_lowers_the_risk(model: RiskModel, before: Facts) -> None:
    now, _ = model.score(before.factors())
    for words, score, level in what_would_change(model, before):
        assert score < now
        assert level in {"low", "moderate", "high"}
        assert words


@pytest.mark.parametrize("model", MODELS)
@given(before=facts, lack=st.sampled_from(LACKS), more=st.floats(0, 1))
def test_more_doubt_never_lowers_the_risk(model: RiskModel, before: Facts, lack: str, more: float) -> None:
    after = replace(before, lacking={**before.lacking, lack: max(more, before.lacking[lack])})
    assert model.score(after.factors())[0] >= model.score(before.factors())[0] - 1e-12


@pytest.mark.parametrize("model", MODELS)
@given(before=facts, one=st.sampled_from(RULES[:4]), other=st.sampled_from(RULES[:4]))
def test_what_the_guide_calls_high_outright_is_high(model: RiskModel, before: Facts, one: str, other: str) -> None:
    assert model.level(replace(before, rules=before.rules | {"not_one_on_one"}).factors()) == "high"
    assert (
        model.level(replace(before, as_claimed=False).factors())
        == model.level(replace(before, rendered=False).factors())
        == "high"
    )
    if one != other:
        assert model.level(replace(before, rules=before.rules | {one, other}).factors()) == "high"


def test_a_note_with_several_faults_is_told_what_each_would_change() -> None:
    lacking = {**dict.fromkeys(LACKS, 0.05), "deficit": 0.6, "response": 0.6, "minutes": 1.0}
    faults = frozenset({"deficit_missing", "response_missing", "minutes_missing"})
    note = Facts(otherwise=0.02, as_claimed=True, undetermined=False, lacking=lacking, rules=faults, rendered=True)
    for model in MODELS:
        assert model.level(note.factors()) == "high"
        assert what_would_change(model, note)


def test_the_guides_rule_decides_the_clear_cases() -> None:
    clear = Facts(
        otherwise=0.02, as_claimed=True, undetermined=False, lacking=dict.fromkeys(LACKS, 0.02), rules=frozenset(), rendered=True
    )
    model = MODELS[0]
    assert model.level(clear.factors()) == "low"
    assert model.level(replace(clear, as_claimed=False, otherwise=0.95).factors()) == "high"
    absent = replace(clear, rules=frozenset({"response_missing"}), lacking={**clear.lacking, "response": 0.97})
    assert model.level(absent.factors()) == "moderate"
