"""README's code blocks run: each behind ``<!-- run -->``, as a user would type it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BLOCK = re.compile(r"<!-- run -->\n(?:<!-- \w+ -->\n)?```(bash|python)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))


def test_there_are_blocks_to_run() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize(("language", "code"), BLOCKS)
def test_block_runs(language: str, code: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "note_review" / "examples", tmp_path / "note_review" / "examples")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    code = code.replace("/tmp/note-review-tour", str(tmp_path / "out"))
    if language == "python":
        command = [sys.executable, "-c", code]
    else:
        command = ["bash", "-ec", f'note-review() {{ "{sys.executable}" -m note_review "$@"; }}\n{code}']
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_commands_that_ci_runs_stand_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "<!-- install command -->" in text
    assert ".venv/bin/python -m pytest" in text.split("<!-- test command -->")[1].split("```")[1]
