"""The blind list: what is still read wrongly is listed by number, in public."""

from __future__ import annotations

import pytest
from blind_list import CLAIMS, MINUTES

from note_review.note import Note
from note_review.reading.page import read_page

WRONG_MINUTES = frozenset({39, 49, 50, 53, 62, 65, 69, 79, 136, 140, 150, 158})
WRONG_CLAIMS: frozenset[int] = frozenset()


def cases(items, wrong):
    return [
        pytest.param(*case, id=str(n), marks=[pytest.mark.xfail(strict=True)] if n in wrong else [])
        for n, case in enumerate(items)
    ]


@pytest.mark.parametrize(("text", "wanted"), cases(MINUTES, WRONG_MINUTES))
def test_minutes(text, wanted):
    found = read_page(Note(text=text)).minutes
    after = 0
    assert len(found) == len(wanted)
    for words, scope, value in wanted:
        start = text.index(words, after)
        after = start + len(words)
        assert any(m.span.start < after and start < m.span.end and (m.scope, m.value) == (scope, value) for m in found)


@pytest.mark.parametrize(("text", "wanted"), cases(CLAIMS, WRONG_CLAIMS))
def test_claims(text, wanted):
    found = [(line.code, line.units, sorted(line.modifiers or ())) for line in read_page(Note(text=text)).written_claim]
    assert sorted(map(repr, found)) == sorted(repr((code, units, sorted(modifiers))) for code, units, modifiers in wanted)
