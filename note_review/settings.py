"""What a caller chooses: engine, payer, policy date."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from note_review.errors import SettingsError

ENGINES = ("fast", "accurate", "cascade")
DEFAULT_ENGINE = "fast"
FORMATS = ("text", "json", "html")
_PACKAGED_MODELS = Path(__file__).parent / "models"
MODELS = _PACKAGED_MODELS if _PACKAGED_MODELS.is_dir() else Path(__file__).parent.parent / "models"


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that every door takes.

    ``payer`` is a shipped name or the path of a payer file, ``date`` the day whose policy judges notes without a date of
    service (default: the newest policy that ships); ``edits`` CMS's quarterly file (or a folder of them) in place of the
    built-in edits, ``fees`` a fee schedule of one's own (CSV).

    Raises
    ------
    SettingsError
        The engine does not exist.
    """

    engine: str = DEFAULT_ENGINE
    payer: str | None = None
    date: datetime.date | None = None
    edits: Path | None = None
    fees: Path | None = None

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise SettingsError(f"no engine {self.engine!r}: there are {', '.join(ENGINES)}")
