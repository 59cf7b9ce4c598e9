"""The bar on standard error: how many, how fast, how long still."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar

INTERVAL = 10.0


class Progress:
    """A bar on a terminal, a line every ten seconds elsewhere, nothing where none is wanted.

    Parameters
    ----------
    total
        How many notes are expected; None where nobody knows.
    shown
        Whether anything is written.
    """

    def __init__(self, total: int | None, *, shown: bool) -> None:
        self._console = Console(stderr=True, quiet=not shown)
        columns = (
            TextColumn("notes"),
            BarColumn(),
            MofNCompleteColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[speed]}"),
        )
        self._bar = Bar(*columns, console=self._console, disable=not shown or not self._console.is_terminal)
        self._task = self._bar.add_task("notes", total=total, speed="")
        self._total, self._done, self._fresh = total, 0, 0
        self._start = self._told = time.monotonic()

    def advance(self, notes: int = 1, *, fresh: bool = True) -> None:
        """Count notes; those of an earlier run are not ``fresh`` and say nothing of the speed."""
        self._done += notes
        self._fresh += notes * fresh
        speed = self._speed()
        self._bar.update(self._task, advance=notes, speed=speed)
        if not self._console.is_terminal and time.monotonic() - self._told > INTERVAL:
            self._told = time.monotonic()
            self._console.print(f"{self._done} note{'s' * (self._done != 1)}, {speed}")

    def expect(self, more: int) -> None:
        """Count notes that nobody knew of: a file held several."""
        if self._total is not None:
            self._total += more
            self._bar.update(self._task, total=self._total)

    def _speed(self) -> str:
        rate = self._fresh / max(1e-6, time.monotonic() - self._start)
        if not self._fresh:
            return "from the last run"
        if self._total is None:
            return f"{rate:.1f}/s"
        left = max(0, self._total - self._done) / rate
        return f"{rate:.1f}/s, {int(left // 60)}:{int(left % 60):02d} left"

    def say(self, message: str) -> None:
        """Write a line above the bar."""
        self._bar.console.print(message)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()
