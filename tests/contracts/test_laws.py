"""The nine laws of the design, each with a test."""

from __future__ import annotations

import ast
import itertools
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from note_review import version
from note_review.checks import ALL_CHECKS, ALL_RULES
from note_review.engines.loading import load_fitted, networks_of
from note_review.evaluation.annotated import REASONS
from note_review.note import ClaimLine, Note
from note_review.policy import load_policy
from note_review.reviewer import Reviewer
from note_review.settings import Settings
from note_review.version import source_digest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "note_review"
PIECES = [
    "97112 x 23 min: SLS on foam, PT perturbing pelvis", "Ther ex (97110) 15 min 1 unit", "S: no LOB since Tue", "A: tol well", "delayed R ankle strategy",
    "TTT 45", "9:05-9:50", "🦶 étude 2×", "Next: stairs", "held tandem", "| 97530 | 12 min | 1 |", "PTA J.K.", "copied from 5/11", "group of 4", "\r\n", "\t", "Berg 41 -> 46",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("\n".join) | st.text(min_size=1, max_size=200).filter(
    str.strip
)
claims = st.lists(
    st.builds(
        ClaimLine,
        code=st.sampled_from(["97112", "97110", "97530", "97140", "97116", "97010", "97162"]),
        units=st.none() | st.integers(0, 8),
        modifiers=st.none() | st.lists(st.sampled_from(["GP", "GO", "59", "KX", "CQ"]), max_size=3).map(tuple),
    ),
    max_size=4,
    unique_by=lambda line: line.code,
).map(tuple)
notes = st.builds(Note, text=texts, claim=claims)
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(note=notes)
def test_law_1_every_span_is_literally_in_the_note(fast_reviewer: Reviewer, note: Note) -> None:
    review = fast_reviewer.review(note)
    for item in (*review.deficits, *review.techniques, *review.minutes, *review.responses):
        assert note.text[item.start : item.end] == item.text
        assert item.text.strip()
    ends = [e.end for r in review.risk.reasons for e in r.evidence] + [s.end for s in review.services]
    assert all(0 <= end <= len(note.text) for end in ends)


@many
@given(note=notes)
def test_law_2_a_reason_has_evidence_or_says_where_it_looked(fast_reviewer: Reviewer, note: Note) -> None:
    for reason in fast_reviewer.review(note).risk.reasons:
        assert reason.evidence or reason.looked_in or reason.rule >= "NR2", reason.reason
        assert reason.fix
        assert reason.source
        assert reason.reason in REASONS


@many
@given(note=notes)
def test_law_3_the_same_note_gives_the_same_bytes_alone_and_among_others(fast_reviewer: Reviewer, note: Note) -> None:
    other = Note(id="other", text="Neuro re-ed 15 min: tandem on foam.")
    alone = fast_reviewer.review(note).as_json()
    among = next(r for r in list(fast_reviewer.pipe([other, note, other])) if r.id == note.id).as_json()
    assert alone == among


@many
@given(note=notes)
def test_the_bytes_are_those_of_the_plain_types(fast_reviewer: Reviewer, note: Note) -> None:
    review = fast_reviewer.review(note)
    assert review.as_json() == json.dumps(review.as_dict(), ensure_ascii=False, separators=(",", ":"))


def test_law_3_holds_for_the_accurate_engine(reviewer: Reviewer, example_text: str) -> None:
    note = Note(id="x", text=example_text)
    others = [Note(id=str(n), text=example_text[: 40 * n] + "end") for n in range(1, 9)]
    assert list(reviewer.pipe([*others, note]))[-1].as_json() == reviewer.review(note).as_json()


def test_law_3_a_version_is_another_wherever_the_bytes_may_be(tmp_path: Path) -> None:
    fees = tmp_path / "fees.csv"
    fees.write_text("code,amount,since,until\n97112,31.50,2020-01-01,2020-12-31\n", encoding="utf-8")
    edits = tmp_path / "edits-2026Q1.csv"
    edits.write_text("Column 1,Column 2,Effective,Deletion,Modifier\n97530,97116,19960101,20200101,1\n", encoding="utf-8")
    fitted = load_fitted("fast")
    heavier = replace(fitted.risk, high={**fitted.risk.high, "shared": fitted.risk.high["shared"] + 0.1})
    surer = replace(fitted.calibration, abstain=fitted.calibration.abstain + 0.01)
    versions = [
        Reviewer().version,
        Reviewer(fitted=replace(fitted, risk=heavier)).version,
        Reviewer(fitted=replace(fitted, calibration=surer)).version,
        Reviewer(Settings(fees=fees)).version,
        Reviewer(Settings(edits=edits)).version,
        Reviewer(Settings(payer="commercial_example")).version,
        Reviewer(Settings(engine="cascade")).version,
    ]
    assert len(set(versions)) == len(versions)
    assert Reviewer().version == versions[0]


def test_law_3_a_networks_files_are_part_of_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Reviewer().version
    for file in networks_of("fast")[0].iterdir():
        shutil.copy(file, tmp_path)
    with (tmp_path / "heads.safetensors").open("ab") as heads:
        heads.write(b" ")
    version._files_of.cache_clear()
    monkeypatch.setattr(version, "networks_of", lambda asked: (tmp_path,))
    assert Reviewer().version != before
    version._files_of.cache_clear()


def test_law_3_the_source_and_the_shipped_policies_are_part_of_the_version(tmp_path: Path) -> None:
    (tmp_path / "check.py").write_text("LEAST = 8\n", encoding="utf-8")
    (tmp_path / "payer.toml").write_text("units = 1\n", encoding="utf-8")
    digest = source_digest.__wrapped__
    before = digest(tmp_path)
    (tmp_path / "page.html").write_text("<p>", encoding="utf-8")
    assert digest(tmp_path) == before
    for name in ("check.py", "payer.toml"):
        kept = (tmp_path / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(kept.replace("=", "= 1"), encoding="utf-8")
        assert digest(tmp_path) != before
        (tmp_path / name).write_text(kept, encoding="utf-8")
    (tmp_path / "check.py").rename(tmp_path / "other.py")
    assert digest(tmp_path) != before


@many
@given(note=notes)
def test_law_4_sections_of_a_note_leave_nothing_out(note: Note) -> None:
    from note_review.reading.page import read_page

    sections = read_page(note).sections
    assert sections[0].span.start == 0
    assert sections[-1].span.end == len(note.text)
    assert all(a.span.end == b.span.start for a, b in itertools.pairwise(sections))


def test_law_5_checks_import_no_model_library_and_read_no_file() -> None:
    for file in sorted((PACKAGE / "checks").glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not {n.split(".")[0] for n in names} & {"spacy", "torch", "sklearn", "onnxruntime", "pathlib", "os", "io"}, (
                file.name
            )
            assert not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"), file.name


def test_law_5_a_check_gives_the_same_findings_twice(reviewer: Reviewer, example_text: str) -> None:
    encounter = reviewer.read([Note(text=example_text)])[0]
    policy = load_policy()
    for check in ALL_CHECKS:
        assert list(check(encounter, policy)) == list(check(encounter, policy))


def test_law_6_no_note_text_in_errors_or_logs(tmp_path: Path) -> None:
    canary = "Zebrafinch"
    bad = tmp_path / "bad.jsonl"
    bad.write_text(
        json.dumps({"id": "1", "text": f"{canary} walked", "claim": [{"code": canary}]}) + "\n{broken " + canary, encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "note_review", "batch", str(bad), "--out", str(tmp_path / "out"), "--engine", "fast", "--quiet"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert canary not in done.stdout + done.stderr
    assert canary not in (tmp_path / "out" / "errors.jsonl").read_text(encoding="utf-8")


def test_law_7_a_review_judges_by_the_policy_of_the_date_of_service(fast_reviewer: Reviewer) -> None:
    text = "97112 x 15 min: tandem on foam"
    reviews = [
        fast_reviewer.review(Note.model_validate({"text": text, "claim": [{"code": "97112", "units": 1, "modifiers": ["GP"]}], "date_of_service": day, "kx_accrued": 2400}))
        for day in ("2024-05-01", "2026-05-01")
    ]  # fmt: skip
    assert ["kx_missing" in {r.reason for r in review.risk.reasons} for review in reviews] == [True, False]


def test_law_8_a_fix_asks_and_never_supplies() -> None:
    for rule in ALL_RULES:
        if rule.reason:
            assert not any(
                word in rule.fix.lower() for word in ("write that", "document that the patient", "add the sentence", "state that")
            ), rule.name
    documentation = [r for r in ALL_RULES if "NR100" < r.code < "NR140"]
    assert documentation
    assert all(rule.fix.rstrip().endswith("?") for rule in documentation)


def test_law_9_nothing_is_loaded_by_pickle() -> None:
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert not any(word in source for word in ("import pickle", "joblib.load", "torch.load", "allow_pickle=True")), file.name
    assert not [f for f in (ROOT / "models").rglob("*") if f.suffix in {".pkl", ".pickle", ".joblib", ".pt", ".bin"}]


@many
@given(note=notes)
def test_units_supported_never_exceed_the_minutes(fast_reviewer: Reviewer, note: Note) -> None:
    review = fast_reviewer.review(note)
    timed = {s.billed: s.minutes for s in review.services if s.minutes is not None and s.billed in review.claim.supported_units}
    for code, minutes in timed.items():
        assert review.claim.supported_units[code or ""] <= max(1, minutes // 15 + 1)


@many
@given(note=notes)
def test_probabilities_sum_to_one(fast_reviewer: Reviewer, note: Note) -> None:
    review = fast_reviewer.review(note)
    for chances in (review.probabilities, *(s.probabilities for s in review.services)):
        assert sum(chances.values()) == pytest.approx(1.0, abs=1e-6)
        assert all(0 <= p <= 1 for p in chances.values())
    assert 0 <= review.risk.score <= 1


def test_a_review_leaves_nothing_behind_in_the_home_folder(tmp_path: Path) -> None:
    program = (
        "from note_review import Note, Reviewer, Settings; Reviewer(Settings(engine='fast')).review(Note(text='Tandem on foam.'))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    homes = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", program], env={**environment, **homes}, check=True)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_importing_the_package_loads_no_model_library() -> None:
    code = "import sys, note_review; sys.exit(bool({'torch', 'transformers', 'onnxruntime', 'sklearn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_every_reason_of_the_guide_has_one_rule() -> None:
    names = [r.name for r in ALL_RULES if r.reason]
    assert sorted(names) == sorted(REASONS)
    assert len({r.code for r in ALL_RULES}) == len(ALL_RULES)


def test_the_components_in_spacy_read_what_the_reviewer_reads(fast_reviewer: Reviewer, example_text: str) -> None:
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("therapy_page")
    nlp.add_pipe("therapy_mentions", config={"engine": "fast"})
    nlp.add_pipe("therapy_encounter")
    doc = nlp.make_doc(example_text)
    note = Note(text=example_text, claim=(ClaimLine(code="97112", units=2),))
    doc.user_data["note"] = note
    assert nlp(doc)._.therapy_encounter == fast_reviewer.read([note])[0]
