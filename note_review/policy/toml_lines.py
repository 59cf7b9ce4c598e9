"""TOML with line numbers: what a wrong value needs so that its error can name the place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from note_review.errors import PolicyError

MAX_BYTES = 4 * 1024 * 1024
_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w.\-\"' ]+?)\s*=")
_STRING = re.compile(r"\"\"\"|'''|\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*")
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file. ``lines`` maps a path such as ``("kx_threshold", 0, "value")`` to its line, counted from 1."""

    name: str
    data: dict[str, Any]
    lines: Mapping[Path_, int]

    def line(self, *path: str | int) -> int:
        """Return the line of a path, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fail(self, reason: str, *path: str | int) -> NoReturn:
        """Raise a :class:`PolicyError` that names file, line and reason."""
        raise PolicyError(f"{self.name}: line {self.line(*path)}: {reason}")


def read(path: Path) -> Document:
    """Read a TOML file; decimals stay exact.

    Raises
    ------
    PolicyError
        The file cannot be read, is over 4 MiB, is not UTF-8 or not TOML; the message names file and line.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError(f"{path.name}: cannot be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise PolicyError(f"{path.name}: over {MAX_BYTES // 1024**2} MiB is no policy file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PolicyError(f"{path.name}: line {line}: not UTF-8") from None
    return parse(text, name=path.name)


def parse(text: str, *, name: str) -> Document:
    """Parse TOML text; ``name`` is what errors call it."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError, ArithmeticError) as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error)).replace("(at end of document)", "").strip() or "nested too deeply"
        raise PolicyError(f"{name}: line {line}: not TOML: {reason}") from None
    return Document(name, data, _line_numbers(text))


def _line_numbers(text: str) -> dict[Path_, int]:
    lines: dict[Path_, int] = {}
    counts: dict[Path_, int] = {}
    table: Path_ = ()
    depth, quoted = 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        if not depth and not quoted:
            if header := _HEADER.match(line):
                table = _open_table(header[2], header[1] == "[[", counts)
                lines.setdefault(table[:1], number)
                lines[table] = number
                continue
            if key := _KEY.match(line):
                lines.setdefault((*table, *_split(key[1])), number)
        depth, quoted = _after(line, depth, quoted)
    return lines


def _open_table(header: str, is_array: bool, counts: dict[Path_, int]) -> Path_:
    path: Path_ = _split(header)
    if not is_array:
        return path
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _after(line: str, depth: int, quoted: str) -> tuple[int, str]:
    """Return bracket depth and open triple quote after a line."""
    if quoted:
        _, closed, line = line.partition(quoted)
        if not closed:
            return depth, quoted
    bare, at = [], 0
    for match in _STRING.finditer(line):
        if match.start() < at:
            continue
        bare.append(line[at : match.start()])
        at = match.end()
        if match[0] in ('"""', "'''"):
            closing = line.find(match[0], at)
            if closing < 0:
                return depth + _brackets("".join(bare)), match[0]
            at = closing + 3
    bare.append(line[at:])
    return depth + _brackets("".join(bare)), ""


def _brackets(bare: str) -> int:
    return sum(bare.count(c) for c in "[{") - sum(bare.count(c) for c in "]}")
