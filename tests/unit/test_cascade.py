"""The cascade judges each page by what was fitted for the engine that read it; files that do not belong together are refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from note_review.encounter import READS_AS
from note_review.engines import loading
from note_review.engines.base import UNSURE, Readings
from note_review.engines.cascade import Cascade, is_sure
from note_review.engines.fitted import Fitted
from note_review.engines.loading import folder_of, load_fitted
from note_review.errors import ModelError
from note_review.note import Note
from note_review.reading.page import Page, read_page
from note_review.reviewer import Reviewer
from note_review.settings import Settings
from training.calibrate import bare_engine


class Fixed:
    """An engine that reads every page alike: ``share`` for one class of the code, the rest even."""

    def __init__(self, name: str, share: float, code: str = "97112") -> None:
        self.name, self.version = name, "1"
        self._codes = {c: share if c == code else (1 - share) / (len(READS_AS) - 1) for c in READS_AS}

    def read(self, pages: Sequence[Page]) -> list[Readings]:
        return [Readings((), (self._codes,) * len(p.services), self._codes, (UNSURE,) * (len(p.services) + 1)) for p in pages]


def fitted(name: str, share: float, *, abstain: float = 0.7, temperature: float = 1.0, code: str = "97112") -> Fitted:
    shipped = load_fitted("fast")
    temperatures = dict.fromkeys(shipped.calibration.temperatures, temperature)
    calibration = replace(shipped.calibration, temperatures=temperatures, abstain=abstain)
    return Fitted(Fixed(name, share, code), calibration, shipped.risk)


PAGE = read_page(Note(text="97112 23 min: tandem on foam"))


@pytest.mark.parametrize(("share", "reader"), [(0.95, "quick"), (0.5, "thorough")])
def test_a_page_comes_with_what_was_fitted_for_its_reader(share: float, reader: str) -> None:
    quick, thorough = fitted("quick", share), fitted("thorough", 0.9)
    ((_, by),) = Cascade(quick, thorough).read([PAGE])
    assert by is (quick if reader == "quick" else thorough)
    assert Reviewer(Settings(engine="cascade"), fitted=Cascade(quick, thorough)).review(PAGE.note).model.name == reader


def test_pages_stay_in_order() -> None:
    quick, thorough = fitted("quick", 0.5), fitted("thorough", 0.9)
    pages = [read_page(Note(id=str(n), text=f"97112 {n} min: tandem on foam")) for n in range(8, 12)]
    reviews = Reviewer(fitted=Cascade(quick, thorough)).pipe(page.note for page in pages)
    assert [review.id for review in reviews] == ["8", "9", "10", "11"]


@pytest.mark.parametrize(
    ("one", "sure"),
    [
        (fitted("over the line", 0.75), True),
        (fitted("under its own line", 0.75, abstain=0.9), False),
        (fitted("too sure of itself before calibration", 0.95, temperature=4.0), False),
        (fitted("sure that none can be told", 0.95, code="undetermined"), True),
        (fitted("not sure that none can be told", 0.5, code="undetermined"), False),
    ],
    ids=lambda value: value.engine.name if isinstance(value, Fitted) else str(value),
)
def test_sure_is_what_reaches_the_fitted_share_once_calibrated(one: Fitted, sure: bool) -> None:
    assert is_sure(one.engine.read([PAGE])[0], one) is sure


@pytest.mark.parametrize("file", ["calibration.json", "risk.json"])
def test_numbers_fitted_for_other_networks_are_refused(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("calibration.json", "risk.json"):
        shutil.copy(folder_of("fast") / name, tmp_path)
    monkeypatch.setattr(loading, "folder_of", lambda name: tmp_path)
    monkeypatch.setattr(loading, "_load", loading._load.__wrapped__)
    assert load_fitted("fast").engine.version == load_fitted("fast").risk.version
    content = json.loads((tmp_path / file).read_text(encoding="utf-8"))
    (tmp_path / file).write_text(json.dumps({**content, "version": "of before"}), encoding="utf-8")
    with pytest.raises(ModelError, match=rf"{file} was fitted for version of before of the networks, which are version"):
        load_fitted("fast")
    # What a training has exported must be calibrated before it can be loaded whole.
    assert bare_engine("fast").version == content["version"]
