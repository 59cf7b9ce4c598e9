"""Calibrates an engine on the dev split: ``python -m training.calibrate accurate|fast``.

Writes two files beside the engine's weights: ``calibration.json`` (temperatures, abstention, readiness, weights of the elements, thresholds of lengths) and
``risk.json`` (weights of the risk). Rules were mended on most authors of dev, so what rules and engine share looks better there than it is: lengths and the
truth of the risk are settled on dev's unseen authors alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from note_review.calibration import Calibration
from note_review.engines.encoder import EncoderEngine
from note_review.engines.fitted import Fitted
from note_review.engines.loading import folder_of, networks_of
from note_review.reviewer import Reviewer
from note_review.risk import RiskModel
from training.fit_codes import fit_codes
from training.fit_elements import UNWEIGHED, fit_elements
from training.fit_lengths import fit_lengths
from training.fit_risk import fit_risk
from training.notes import Example, dev_examples
from training.readiness import BiasedEngine, readiness_of


def bare_engine(name: str) -> EncoderEngine:
    """Load an engine without its calibration."""
    return EncoderEngine(networks_of(name))


def fit(engine: BiasedEngine, data: Sequence[Example]) -> tuple[Calibration, dict[str, Any]]:
    """Fit everything that an engine needs, on notes it was not trained on; return the calibration and the risk weights.

    The engine's bias is set on the way. Twins repeat their originals' text: they teach what the judged service shows and how risk follows, and nothing else.

    Raises
    ------
    SystemExit
        No note is there that is no twin.
    """
    own = [example for example in data if not example.gold.is_twin]
    if not own:
        raise SystemExit("the dev split has no whole note to calibrate on")
    bias, shown = readiness_of(engine, own)
    readings = engine.read([example.page for example in data])
    own_readings = [read for example, read in zip(data, readings, strict=True) if not example.gold.is_twin]
    temperatures, abstain = fit_codes(own, own_readings)
    unseen = [n for n, example in enumerate(own) if example.unseen] or range(len(own))
    lengths = fit_lengths([own[n] for n in unseen], [own_readings[n] for n in unseen])
    calibration = Calibration(temperatures, abstain, engine.version, bias, shown, UNWEIGHED, lengths)
    calibration = replace(calibration, documented=fit_elements(data, readings, calibration))
    return calibration, {"version": engine.version, **fit_risk(data, readings, calibration)}


def fitted(engine: BiasedEngine, dev: Sequence[Example]) -> Reviewer:
    """Return a reviewer with an engine that is compared and not shipped, fitted on dev."""
    calibration, weights = fit(engine, dev)
    return Reviewer(fitted=Fitted(engine, calibration, RiskModel(weights["high"], weights["raised"], "ablation")))


def main() -> None:
    """Calibrate one engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=("accurate", "fast"))
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    options = parser.parse_args()
    data = dev_examples(options.corpus)
    calibration, weights = fit(bare_engine(options.engine), data)
    settings = {"notes": len(data), **asdict(calibration)}
    folder = folder_of(options.engine)
    (folder / "calibration.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    (folder / "risk.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({**settings, "risk": weights}, indent=1))


if __name__ == "__main__":
    main()
