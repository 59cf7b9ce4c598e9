"""The files of a folder, in a settled order."""

from __future__ import annotations

import os
from pathlib import Path


def files_of(folder: Path) -> list[Path]:
    """Return the folder's files as relative paths; a link to a folder comes as one: no circle is walked, none goes unsaid."""
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        found += [(Path(parent) / name).relative_to(folder) for name in (*names, *links) if not name.startswith(".")]
    return sorted(found, key=lambda file: file.as_posix())
