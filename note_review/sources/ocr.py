"""Scanned pages through tesseract, as a program of its own: it may hang or die without taking anybody along."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache

SECONDS = 60
DPI = 200
MAX_PIXELS = 40_000_000
# Called after each page, by whoever has to know that a long scan is still being read.
pulse: ContextVar[Callable[[], None] | None] = ContextVar("pulse", default=None)


@cache
def version() -> str | None:
    """Return tesseract's version, or None where it is not installed."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=SECONDS)
    return (told.stdout or told.stderr).split("\n")[0].strip()


def recognised(gray: bytes, *, width: int, height: int) -> str | None:
    """Return the text of a picture of 8-bit grays, or None where tesseract failed or took longer than a minute."""
    picture = b"P5 %d %d 255\n" % (width, height) + gray
    command = ["tesseract", "stdin", "stdout", "-l", "eng", "--dpi", str(DPI), "--psm", "3"]
    try:
        # One thread: the workers are the parallel part, and the same page gives the same words.
        done = subprocess.run(
            command,
            input=picture,
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env={"OMP_THREAD_LIMIT": "1", **_environment()},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    finally:
        if (tell := pulse.get()) is not None:
            tell()
    return done.stdout.decode("utf-8", "replace").replace("\f", "").rstrip() if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    return {name: value for name in ("PATH", "TESSDATA_PREFIX", "LANG") if (value := os.environ.get(name))}
