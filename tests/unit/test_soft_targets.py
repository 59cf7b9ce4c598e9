"""Soft targets of the student: its teachers' probabilities, and gold wherever their best answer is another."""

from __future__ import annotations

import pytest

from note_review.engines.base import JUDGED
from note_review.engines.decoding import TAGS
from note_review.engines.network import ATTRIBUTES
from note_review.reading.lengths import LENGTHS

torch = pytest.importorskip("torch")

from training.items import IGNORE, Item  # noqa: E402
from training.soft_targets import SoftTargets, corrected, means  # noqa: E402


def test_gold_is_heard_where_the_teachers_are_wrong_and_nothing_is_known_where_gold_is_silent() -> None:
    service, none = LENGTHS.index("service"), LENGTHS.index("none")
    item = Item(
        ids=[1, 2, 3],
        breaks=[0, 0, 0],
        tags=[0, 1, 0],
        attributes={**{kind: [IGNORE] * 3 for kind in ATTRIBUTES}, "length": [IGNORE, service, none]},
        service_masks=[],
        service_codes=[],
        note_code=IGNORE,
        judged_mask=[0, 0, 0],
        judged=dict.fromkeys(JUDGED, IGNORE),
    )
    tags = torch.full((3, len(TAGS)), 0.01)
    tags[0, 0] = tags[1, 0] = tags[2, 3] = 0.9
    lengths = torch.full((3, len(LENGTHS)), 0.05)
    lengths[:, service] = 0.8
    right = corrected(SoftTargets(tags, {"length": lengths}, {}), item)
    assert right.tags.argmax(dim=-1).tolist() == [0, 1, 0]
    assert torch.equal(right.tags[0], tags[0])
    assert right.attributes["length"].argmax(dim=-1).tolist() == [service, service, none]
    assert torch.equal(right.attributes["length"][:2], lengths[:2])


def test_codes_and_answers_are_gold_where_the_teachers_are_wrong() -> None:
    name = next(iter(JUDGED))
    item = Item([1], [0], [IGNORE], {"length": [IGNORE]}, [[1], [1]], [2, IGNORE], 1, [1], {name: 0})
    codes = torch.full((2, 5), 0.1)
    codes[:, 4] = 0.6
    answers = torch.tensor([[0.8] + [0.2 / (len(JUDGED[name]) - 1)] * (len(JUDGED[name]) - 1)])
    soft = SoftTargets(
        torch.ones(1, len(TAGS)),
        {"length": torch.ones(1, len(LENGTHS))},
        {"note_code": codes[:1], "service_code": codes, name: answers},
    )
    pooled = corrected(soft, item).pooled
    assert pooled["note_code"].tolist() == [[0, 1, 0, 0, 0]]
    assert pooled["service_code"][0].tolist() == [0, 0, 1, 0, 0]
    assert torch.equal(pooled["service_code"][1], codes[1])
    assert torch.equal(pooled[name], answers)


def test_two_teachers_are_heard_by_half_and_one_alone_where_the_other_was_not_taught() -> None:
    name = next(iter(JUDGED))
    old = SoftTargets(torch.tensor([[1.0, 0.0]]), {"length": torch.tensor([[0.0]])}, {"note_code": torch.tensor([[0.0, 1.0]])})
    new = SoftTargets(
        torch.tensor([[0.5, 0.5]]),
        {"length": torch.tensor([[1.0]])},
        {"note_code": torch.tensor([[1.0, 0.0]]), name: torch.ones(1, 1)},
    )
    (mean,) = means([old], [new])
    assert mean.tags.tolist() == [[0.75, 0.25]]
    assert mean.attributes["length"].tolist() == [[0.5]]
    assert mean.pooled["note_code"].tolist() == [[0.5, 0.5]]
    assert mean.pooled[name].tolist() == [[1.0]]
