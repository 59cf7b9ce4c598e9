"""What an engine says is put together with grammar: measures that are full are no deficits, heads of columns no responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from note_review.calibration import QUESTIONS, Calibration
from note_review.documented import DOCUMENTED
from note_review.encounter import READS_AS, Encounter, Mention
from note_review.engines.base import UNSURE, Readings
from note_review.engines.loading import folder_of
from note_review.engines.network import Network
from note_review.errors import ModelError
from note_review.judged import judged_service
from note_review.note import Note, Span
from note_review.reading.assemble import assemble
from note_review.reading.page import Page, read_page
from note_review.risk import RiskModel
from note_review.spoken_of import only_of_other_services

PLAIN = Calibration(
    dict.fromkeys(QUESTIONS, 1.0),
    0.0,
    "test",
    {},
    {},
    dict.fromkeys(DOCUMENTED, (0.0, 1.0, 1.0)),
    {"first": 1.1, "add": 1.1, "drop": 1.1, "move": 1.1},
)
EVEN = dict.fromkeys(READS_AS, 0.2)


def kept(text: str, *mentions: Mention) -> list[str]:
    page = read_page(Note(text=text))
    return [text[m.span.start : m.span.end] for m in assembled(page, mentions, [UNSURE] * (len(page.services) + 1)).mentions]


def assembled(page: Page, mentions: Sequence[Mention], judged: Sequence[Mapping[str, Mapping[str, float]]]) -> Encounter:
    return assemble(page, Readings(tuple(mentions), tuple(EVEN for _ in page.services), EVEN, tuple(judged)), PLAIN)


@pytest.mark.parametrize("phrase", ["Knee extension 5/5", "motor strength +5/5", "Flexion 60/60", "reflexes +2/2 and 2/2"])
def test_a_full_measure_is_no_deficit(phrase: str) -> None:
    assert kept(phrase, Mention("deficit", Span(0, len(phrase)), "strength", 0.9)) == []


@pytest.mark.parametrize(
    "phrase", ["hip abd 4-/5 R, 5/5 L", "90/90 HS lacks 35", "Flexion 45/60", "weak grip", "shoulder abductors 4/4"]
)
def test_a_measure_that_falls_short_stays(phrase: str) -> None:
    assert kept(phrase, Mention("deficit", Span(0, len(phrase)), "strength", 0.9)) == [phrase]


def test_the_head_of_a_column_is_no_measured_response() -> None:
    text = "Result | held 30 s"
    said = (Mention("response", Span(0, 6), "measured", 0.9), Mention("response", Span(9, 18), "measured", 0.9))
    assert kept(text, *said) == ["held 30 s"]


@pytest.mark.parametrize(
    ("load", "name", "part"),
    [
        (Calibration.load, "calibration.json", part)
        for part in ("temperatures", "abstain", "bias", "shown", "documented", "lengths")
    ]
    + [(RiskModel.load, "risk.json", part) for part in ("high", "raised")],
)
def test_a_broken_model_file_is_refused(tmp_path: Path, load: Callable[[Path], object], name: str, part: str) -> None:
    whole = json.loads((folder_of("fast") / name).read_text(encoding="utf-8"))
    assert load(folder_of("fast") / name)
    lacking = {key: value for key, value in whole.items() if key != part}
    for content in ([], None, 5, {}, lacking, {**whole, part: None}, {**whole, part: [None]}):
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(ModelError, match=f"{name}: no (calibration|risk weights) of this version"):
            load(tmp_path / name)


def test_a_calibration_that_lacks_an_element_is_refused(tmp_path: Path) -> None:
    content = json.loads((folder_of("fast") / "calibration.json").read_text(encoding="utf-8"))
    del content["documented"]["response"]
    (tmp_path / "calibration.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelError):
        Calibration.load(tmp_path / "calibration.json")


def test_a_network_of_broken_settings_is_refused(tmp_path: Path) -> None:
    for name in ("heads.safetensors", "encoder.onnx"):
        (tmp_path / name).symlink_to((folder_of("fast") / name).resolve())
    for content in ("[]", "null", "{}"):
        (tmp_path / "settings.json").write_text(content, encoding="utf-8")
        with pytest.raises(ModelError, match="no network of this version"):
            Network(tmp_path)


def test_a_graph_that_asks_for_other_things_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Earlier:
        def __init__(self, *_: object, **__: object) -> None: ...

        def get_inputs(self) -> list[SimpleNamespace]:
            return [SimpleNamespace(name=name) for name in ("ids", "mask", "breaks")]

    monkeypatch.setattr("onnxruntime.InferenceSession", Earlier)
    with pytest.raises(ModelError, match="no network of this version"):
        Network(folder_of("fast"))


TWO = "97112 23 min: tandem on foam for R lateral sway. 97110 15 min: leg press 3x10. Pain 6/10 -> 2/10"


def test_an_element_needs_the_engines_answer_and_words() -> None:
    page = read_page(Note(text=TWO))
    no_response = {**UNSURE, "response": {"measured": 0.02, "generic": 0.02, "none": 0.96}}
    measured = {**UNSURE, "response": {"measured": 0.96, "generic": 0.02, "none": 0.02}}
    start = TWO.index("Pain")
    said = [Mention("response", Span(start, len(TWO)), "measured", 0.7)]
    assert assembled(page, said, [measured] * 3).documented["response"] > 0.5
    assert assembled(page, said, [no_response] * 3).documented["response"] < 0.5
    assert assembled(page, [], [measured] * 3).documented["response"] == 0.0


def test_the_engine_is_asked_about_the_judged_service() -> None:
    page = read_page(Note(text=TWO))
    assert [s.billed or s.named for s in page.services] == ["97112", "97110"]
    shared = {**UNSURE, "one_on_one": {"alone": 0.02, "shared": 0.98}}
    assert (
        assembled(page, [], [shared, UNSURE, UNSURE]).documented["alone"]
        < assembled(page, [], [UNSURE, shared, shared]).documented["alone"]
    )


@pytest.mark.parametrize(("family", "reads"), [("exercise", "97110"), ("activities", "undetermined")])
def test_a_line_of_charges_alone_reads_as_billed_where_such_work_was_done(family: str, reads: str) -> None:
    text = "CHARGES\n97110   28 min   2\n97140   12 min   1\nPutty squeeze after scar work. Ext 48."
    page = read_page(Note(text=text))
    (place,) = [i for i, service in enumerate(page.services) if service.billed == "97110"]
    assert not page.services[place].parts
    start = text.index("Putty squeeze")
    said = (Mention("technique", Span(start, start + 13), family, 0.9),)
    assert assembled(page, said, [UNSURE] * (len(page.services) + 1)).services[place].reads_as == reads


def test_a_result_of_another_visit_is_no_response() -> None:
    text = "Single-leg stance 14 s last visit."
    page = read_page(Note(text=text))
    said = (Mention("response", Span(0, len(text) - 1), "measured", 0.9),)
    encounter = assembled(page, said, [UNSURE] * (len(page.services) + 1))
    assert encounter.present("response") == ()
    assert encounter.documented["measured"] == 0.0
    assert encounter.measures == ()


def alone(text: str) -> float:
    page = read_page(Note(text=text))
    sure = {**UNSURE, "one_on_one": {"alone": 0.99, "shared": 0.01}}
    return assembled(page, [], [sure] * (len(page.services) + 1)).documented["alone"]


def test_words_of_others_outweigh_the_engine() -> None:
    assert alone("97112 23 min: tandem on foam, with another patient on the next mat") < 0.5
    assert alone("97112 23 min: tandem on foam with a ball") > 0.5


def test_a_technicians_part_in_another_service_leaves_the_judged_one_alone() -> None:
    assert alone("97110 8 min: bike, run by tech\n97112 23 min: tandem on foam, cues at the hip") > 0.5
    assert alone("97110 8 min: bike\n97112 23 min: tandem on foam, run by tech") < 0.5
    assert alone("Run by tech\n97110 8 min: bike\n97112 23 min: tandem on foam") < 0.5


def test_a_service_called_individual_is_alone_whatever_the_engine_thinks() -> None:
    page = read_page(Note(text="97112 23 min, 1:1: tandem on foam"))
    unsure = {**UNSURE, "one_on_one": {"alone": 0.3, "shared": 0.7}}
    assert assembled(page, [], [unsure] * 2).documented["alone"] > 0.5


@pytest.mark.parametrize(("given", "reads"), [("in a group of four", "other"), ("run by tech", "97112"), ("1:1", "97112")])
def test_a_group_reads_as_other_and_a_helpers_part_as_what_it_is(given: str, reads: str) -> None:
    page = read_page(Note(text=f"97112 23 min, {given}: tandem on foam"))
    balance = {**dict.fromkeys(READS_AS, 0.02), "97112": 0.92}
    readings = Readings((), (balance,), balance, (UNSURE, UNSURE))
    assert assemble(page, readings, PLAIN).reads_as == reads


VISIT = "Balance poor.\n97112 20 min: texture matching on the thumb tip.\n97110 12 min: yellow putty key pinch.\nOutcome: {}\n"
DRILLS = (("texture matching on the thumb tip", "neuromuscular"), ("yellow putty key pinch", "exercise"))


@pytest.mark.parametrize(
    ("result", "elsewhere"),
    [
        ("Putty: 15 in one minute, 11 last week", True),
        ("Putty 15 in one minute, texture 8 of 10", False),
        ("8 of 10 right, 5 last week", False),
        ("Textures 8 of 10 right, 5 last week", False),
        ("Texture still told after 8 of 10 putty tries", True),
        ("Texture told in 8 of 10 textures", False),
    ],
)
def test_a_result_in_the_words_of_another_services_drill_is_that_services(result: str, elsewhere: bool) -> None:
    text = VISIT.format(result)
    page = read_page(Note.model_validate({"text": text, "claim": [{"code": "97112"}, {"code": "97110"}]}))
    drills = [Mention("technique", Span(at := text.index(d), at + len(d)), f, 0.9) for d, f in DRILLS]
    said = [*drills, Mention("response", Span(at := text.index(result), at + len(result)), "measured", 0.9)]
    encounter = assembled(page, said, [UNSURE] * (len(page.services) + 1))
    assert only_of_other_services(encounter, judged_service(encounter)) is elsewhere
    assert (encounter.documented["response"] == 0.0) is elsewhere


SHARED = "97112 and 97110, a unit each. Sways to the R. Tandem on foam. Leg press 3x10.\n"
APART = "97112 20 min: sways to the R. Tandem on foam.\n97110 12 min: leg press 3x10.\n"
UNDER_ONE = "Charged: 97110.\n97112 20 min: sways to the R. Tandem on foam. Leg press 3x10.\n"


def reads(text: str, drills: Mapping[str, str], said: Mapping[str, float]) -> dict[str, str]:
    """Return what each service reads as, where an engine says the same of both."""
    page = read_page(Note.model_validate({"text": text, "claim": [{"code": "97112"}, {"code": "97110"}]}))
    mentions = tuple(
        Mention("technique", Span(at := text.index(drill), at + len(drill)), family, 0.9) for drill, family in drills.items()
    )
    readings = Readings(mentions, tuple(said for _ in page.services), said, (UNSURE,) * (len(page.services) + 1))
    return {s.billed or s.named or "": s.reads_as for s in assemble(page, readings, PLAIN).services}


@pytest.mark.parametrize("text", [SHARED, UNDER_ONE])
def test_codes_that_share_one_text_read_as_billed_where_their_drills_were_done(text: str) -> None:
    open_ = {**dict.fromkeys(READS_AS, 0.1), "undetermined": 0.6}
    both = {"Tandem on foam": "neuromuscular", "Leg press": "exercise"}
    assert reads(text, both, open_) == {"97112": "97112", "97110": "97110"}
    assert reads(text, {"Leg press": "exercise"}, open_)["97112"] == "undetermined"


def test_codes_with_texts_of_their_own_read_as_the_engine_says() -> None:
    open_ = {**dict.fromkeys(READS_AS, 0.1), "undetermined": 0.6}
    both = {"Tandem on foam": "neuromuscular", "leg press": "exercise"}
    assert reads(APART, both, open_) == {"97112": "undetermined", "97110": "undetermined"}
