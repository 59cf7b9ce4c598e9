"""One word for all that a review's bytes rest on beside the note: engine, what was fitted for it, the package's own source, policy."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from note_review.engines.cascade import Cascade
from note_review.engines.fitted import Fitted
from note_review.engines.loading import networks_of
from note_review.policy import Policy

PACKAGE = Path(__file__).parent
_SOURCE = {".py", ".toml"}
_NETWORK = {".onnx", ".safetensors", ".json"}


def version_of(fitted: Fitted | Cascade, policy: Policy, *, asked: str) -> str:
    """Return the word: the same for the same bytes out.

    Parameters
    ----------
    policy
        The settings' own, with whatever it holds on any day: each note is judged by what was in force on its date of service.
    asked
        The engine as the settings name it, which the review repeats.
    """
    names, versions = ("+".join(words) for words in zip(*((p.engine.name, p.engine.version) for p in fitted.parts), strict=True))
    numbers = [(part.calibration, part.risk) for part in fitted.parts]
    weights = _digest(repr((asked, numbers)).encode(), *_files_of(asked))
    judged_by = f"{policy.payer}-{policy.as_of}-{_digest(repr(policy).encode())}"
    return f"{names}-{versions}/fitted-{weights}/source-{source_digest()}/{judged_by}"


@cache
def _files_of(asked: str) -> tuple[bytes, ...]:
    """Return a digest of each network's files."""
    folders = networks_of("accurate" if asked == "cascade" else asked)
    return tuple(
        hashlib.sha256(path.read_bytes()).digest()
        for folder in folders
        for path in sorted(folder.glob("*.*"))
        if path.suffix in _NETWORK
    )


@cache
def source_digest(package: Path = PACKAGE) -> str:
    """Return a digest of the package's code and of the policies that ship with it, by which a note's own payer is judged."""
    files = sorted(path for path in package.rglob("*") if path.suffix in _SOURCE)
    return _digest(*(part for path in files for part in (path.relative_to(package).as_posix().encode(), path.read_bytes())))


def _digest(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()[:12]
