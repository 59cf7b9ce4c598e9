"""What many tests share: a reviewer loaded once, notes of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from note_review.reviewer import Reviewer
from note_review.settings import Settings

# A busy machine is no fault of the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
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
