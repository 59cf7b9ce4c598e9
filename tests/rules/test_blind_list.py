"""The blind list, every form of it: 187 of the 210 were read rightly at first sight, the others' classes were mended since."""

from __future__ import annotations

import pytest
from blind_list import CLAIMS, MINUTES

from note_review.note import Note
from note_review.reading.page import read_page


@pytest.mark.parametrize(("text", "wanted"), MINUTES)
def test_minutes(text, wanted):
    found = read_page(Note(text=text)).minutes
    after = 0
    assert len(found) == len(wanted)
    for words, scope, value in wanted:
        start = text.index(words, after)
        after = start + len(words)
        assert any(m.span.start < after and start < m.span.end and (m.scope, m.value) == (scope, value) for m in found)


@pytest.mark.parametrize(("text", "wanted"), CLAIMS)
def test_claims(text, wanted):
    found = [(line.code, line.units, sorted(line.modifiers or ())) for line in read_page(Note(text=text)).written_claim]
    assert sorted(map(repr, found)) == sorted(repr((code, units, sorted(modifiers))) for code, units, modifiers in wanted)
