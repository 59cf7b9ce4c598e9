"""What many tests share: a reviewer loaded once, notes of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from note_review.reviewer import Reviewer
from note_review.settings import Settings

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "note_review" / "examples" / "balance-visit.txt"


@pytest.fixture(scope="session")
def reviewer() -> Reviewer:
    return Reviewer()


@pytest.fixture(scope="session")
def fast_reviewer() -> Reviewer:
    return Reviewer(Settings(engine="fast"))


@pytest.fixture(scope="session")
def example_text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")
