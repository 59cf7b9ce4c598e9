"""The mean of encoders that went on from one another: ``python -m training.averaging models/encoder later.safetensors:2 --out models/encoder``.

Weights of one line of fine-tuning may be averaged, and the mean reads as well as the best of each where they differ (model soups: Wortsman et al. 2022).
Each part is a model folder or a checkpoint of ``training.encoder --checkpoint``, with its share behind a colon (1 unless said otherwise).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from math import inf, nan
from pathlib import Path

from torch import Tensor

from training.encoder import load_start
from training.exporting import VERSION_HELP, export, next_version
from training.network import Encoder, new_encoder
from training.notes import notes_of


def mean_of(parts: Sequence[tuple[Path, float]]) -> Encoder:
    """Return an encoder whose weights are the mean of those of model folders or checkpoints, each with its share."""
    whole = sum(share for _, share in parts)
    model = new_encoder()
    total: Mapping[str, Tensor] = {}
    for path, share in parts:
        load_start(model, path)
        own = {
            name: weight.detach().clone() * (share / whole)
            for name, weight in model.state_dict().items()
            if weight.is_floating_point()
        }
        total = {name: total[name] + weight if total else weight for name, weight in own.items()}
    model.load_state_dict(total, strict=False)
    model.eval()
    return model


def part_of(written: str) -> tuple[Path, float]:
    """Read ``PATH`` or ``PATH:SHARE``.

    Raises
    ------
    ArgumentTypeError
        The share is no finite number above 0.
    """
    path, _, share = written.partition(":")
    try:
        read = float(share or 1)
    except ValueError:
        read = nan
    if not 0 < read < inf:
        raise argparse.ArgumentTypeError(f"{written}: the share is a finite number above 0")
    return Path(path), read


def main() -> None:
    """Average and write the engine's files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", type=part_of, nargs="+", metavar="PATH[:SHARE]")
    parser.add_argument("--out", type=Path, default=Path("models/encoder"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--version", default=None, help=VERSION_HELP)
    options = parser.parse_args()
    version, notes = options.version or next_version(options.out), len(notes_of("train", options.corpus))
    export(mean_of(options.parts), options.out, name="encoder", version=version, notes=notes)


if __name__ == "__main__":
    main()
