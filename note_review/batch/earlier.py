"""What was made of a folder's reviews by other commands, and whether a run has left it behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path


class Earlier:
    """The audit and the samples that lie in ``out`` before a run, and the reviews they may have been made from."""

    def __init__(self, out: Path) -> None:
        self._reviews = out / "reviews.jsonl"
        self._made = [path for path in (out / "audit", out / "samples") if path.is_dir()]
        self._digest = self._digested()

    def outdated(self) -> Iterator[Path]:
        """Give what lay there, where the reviews are not what they were."""
        if self._digested() != self._digest:
            yield from self._made

    def _digested(self) -> str:
        if not self._made or not self._reviews.is_file():
            return ""
        with self._reviews.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
