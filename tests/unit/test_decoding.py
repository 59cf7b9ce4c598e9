"""The best sequence of tags, held to the walk over every token that it replaces."""

from __future__ import annotations

import numpy as np
import pytest

from note_review.engines.decoding import TAGS, best_path, spans_of, trimmed, whole_words
from note_review.engines.encoder import EncoderEngine
from note_review.engines.network import ATTRIBUTES


def walked(emissions: np.ndarray) -> list[int]:
    """Viterbi over the whole text: an inside tag behind another kind costs 50."""
    apart = np.array([[50.0 if b[0] == "I" and a[2:] != b[2:] else 0.0 for b in TAGS] for a in TAGS])
    score, back = emissions[0] - apart[0], []
    for row in emissions[1:]:
        reached = score[:, None] - apart
        back.append(reached.argmax(axis=0))
        score = reached.max(axis=0) + row
    path = [int(score.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def rows(*tags: dict[str, float]) -> np.ndarray:
    """Log-probabilities of tokens that name some tags' probabilities."""
    return np.log(np.array([[shares.get(tag, 0.0) for tag in TAGS] for shares in tags], dtype=np.float32) + 1e-9)


@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0, 3.0])
def test_the_best_path_is_that_of_the_whole_walk(spread: float) -> None:
    dice = np.random.default_rng(7)
    for length in dice.integers(1, 40, size=1500):
        emissions = np.log(dice.dirichlet(np.full(len(TAGS), spread), size=length) + 1e-9)
        assert best_path(emissions).tolist() == walked(emissions)


def test_an_inside_tag_draws_its_beginning_from_the_token_before() -> None:
    tokens = rows({"O": 0.6, "B-deficit": 0.4}, {"I-deficit": 0.9, "O": 0.1})
    assert [TAGS[t] for t in best_path(tokens)] == ["B-deficit", "I-deficit"]


def test_an_inside_tag_that_nothing_begins_is_none() -> None:
    tokens = rows({"O": 1.0}, {"I-technique": 0.55, "O": 0.45}, {"O": 1.0})
    assert [TAGS[t] for t in best_path(tokens)] == ["O", "O", "O"]


def test_pieces_go_on_with_what_their_word_began() -> None:
    path = np.array([TAGS.index(t) for t in ("B-deficit", "O", "I-deficit", "O", "B-response")])
    whole = whole_words(path, [True, False, True, True, False])
    assert [TAGS[t] for t in whole] == ["B-deficit", "I-deficit", "I-deficit", "O", "O"]


def test_runs_end_where_another_begins_or_the_kind_changes() -> None:
    tags = ("B-deficit", "I-deficit", "B-deficit", "I-technique", "O", "I-response")
    assert spans_of(np.array([TAGS.index(t) for t in tags])) == [
        (0, 1, "deficit"), (2, 2, "deficit"), (3, 3, "technique"), (5, 5, "response"),
    ]  # fmt: skip
    assert spans_of(np.array([0, 0])) == []


def test_a_run_of_colons_is_no_mention() -> None:
    text = "foam :: gait"
    places, tags = [(0, 4), (5, 6), (6, 7), (8, 12)], ("B-technique", "B-deficit", "I-deficit", "O")
    chances = np.exp(rows(*({tag: 1.0} for tag in tags)))
    shares = {kind: np.full((len(places), len(names)), 1 / len(names), dtype=np.float32) for kind, names in ATTRIBUTES.items()}
    engine = object.__new__(EncoderEngine)
    engine.bias = {}
    firm, faint = engine._mentions(text, places, chances, shares)
    assert [text[slice(*mention.span)] for mention in firm] == ["foam"]
    assert [text[slice(*mention.span)] for mention in faint] == ["foam"]


@pytest.mark.parametrize(
    ("carried", "own"),
    [
        ("tolerated the session well, and the", "tolerated the session well"),
        ("- held 8 s of ", "held 8 s"),
        ("left hand", "left hand"),
        ("sway with the stand", "sway with the stand"),
        ("and", "and"),
    ],
)
def test_a_mention_ends_before_the_words_that_lead_on(carried: str, own: str) -> None:
    start, end = trimmed(carried, 0, len(carried))
    assert carried[start:end] == own
