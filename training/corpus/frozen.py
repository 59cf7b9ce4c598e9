"""The test split is frozen: its hash is kept beside it, so that a change of a text, mark or header cannot go unseen."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from training.notes import notes_of


def digest(corpus: Path) -> str:
    """Return the SHA-256 of the test split: every record's id, header, text and marks, by id."""
    rows = [[n.id, n.header, n.text, [[s.label, s.attribute, s.start, s.end] for s in n.spans]] for n in notes_of("test", corpus)]
    rows.sort(key=lambda row: str(row[0]))
    return hashlib.sha256(json.dumps(rows, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def freeze(corpus: Path) -> None:
    """Write the hash of the test split as it stands."""
    (corpus / "test.sha256").write_text(digest(corpus) + "\n", encoding="utf-8")


def thawed(corpus: Path) -> int:
    """Print a fault where the test split is not the frozen one; return how many (0 or 1)."""
    kept = corpus / "test.sha256"
    same = kept.exists() and kept.read_text(encoding="utf-8").strip() == digest(corpus)
    if not same:
        print(
            "the test split is not the frozen one: settle the change in corpora/README.md, then `python -m training.corpus freeze corpora`"
        )
    return int(not same)
