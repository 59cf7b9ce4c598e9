"""A batch opened, second readers, what decisions teach, the export that training reads, the dashboard: one server, told in order."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile

import pytest
from server_process import HERE, Server
from workbench_visitor import Visitor, add_user

from training.corpus.__main__ import main as corpus
from training.notes import all_notes

TEXTS = [
    f"Visit {n}: neuro re-ed 97112 x {31 + n} min. Tandem on foam, delayed ankle strategy, CANARY cue.\r\nSigned"
    for n in range(6)
]
ABOUT = {"clinician": "A. Okafor", "payer": "medicare", "date_of_service": "2026-03-02", "claim": [{"code": "97112", "units": 2}]}


def _batch(folder):
    source = folder / "notes.jsonl"
    source.write_text("".join(json.dumps({"id": f"b-{n}", "text": text, **ABOUT}) + "\n" for n, text in enumerate(TEXTS)))
    command = [sys.executable, str(HERE / "batch_program.py"), str(source), str(folder / "batches" / "march"), "1"]
    path = os.pathsep.join([str(HERE.parent.parent), str(HERE)])
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path})


@pytest.fixture(scope="module")
def people(shared_database_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("learning")
    _batch(folder)
    for name, role in {"ana": "coder", "bo": "coder", "lea": "lead"}.items():
        add_user(shared_database_url, name, role)
    deployment = {"batches": str(folder / "batches")}
    server = Server(folder / "log", deployment=deployment, NOTE_REVIEW_DATABASE=shared_database_url)
    found = {name: Visitor(server, name) for name in ("ana", "bo", "lea")}
    for visitor in found.values():
        visitor.sign_in()
    yield found
    for visitor in found.values():
        visitor.http.close()
    server.stop()
    assert "CANARY" not in (folder / "log").read_text()


@pytest.fixture(scope="module")
def opened(people):
    """The batch in the queue, with every note to be read twice."""
    lea = people["lea"]
    assert lea.post("/workbench/thresholds", double_share="1", random_share="0").status_code == 303
    assert lea.post("/workbench/batch", batch="march").status_code == 303
    return lea.listed()


def test_a_batch_is_opened_with_the_reviews_it_has_and_only_once(people, opened):
    assert len(opened) == 6
    people["lea"].post("/workbench/batch", batch="march")
    assert len(people["lea"].listed("?state=all")) == 6
    assert people["lea"].post("/workbench/batch", batch="../march").status_code == 422


@pytest.fixture(scope="module")
def read_twice(people, opened):
    """Six notes read by ana and, blind, by bo, who calls the first three another code."""
    ana, bo = people["ana"], people["bo"]
    for place, id in enumerate(opened):
        if place:
            assert ana.step(id, do="dismiss", reason="response_missing", why="there").status_code == 200
            assert ana.step(id, do="add", label="R", attribute="measured", start=0, end=7).status_code == 200
            assert ana.step(id, do="add", label="T", attribute="neuromuscular", start=35, end=49).status_code == 200
        assert ana.decide(id).status_code == 303
    for place, id in enumerate(opened):
        assert ana.decide(id).status_code == 403, "nobody reads a note twice"
        page = bo.page(f"/workbench/notes/{id}").text
        assert "second reading, blind" in page
        assert "<strong>ana</strong>" not in page
        if place < 3:
            assert bo.step(id, do="code", code="97110", service=0).status_code == 200
        elif place:
            assert bo.step(id, do="dismiss", reason="response_missing", why="elsewhere").status_code == 200
        assert bo.decide(id).status_code == 303
    return opened


def test_where_two_agree_it_is_decided_and_else_a_lead_decides(people, read_twice):
    assert sorted(people["lea"].listed("?state=decided")) == sorted(read_twice[3:])
    assert sorted(people["lea"].listed("?state=conflict")) == sorted(read_twice[:3])
    assert people["bo"].decide(read_twice[1]).status_code == 403


def test_kappa_is_told(people, read_twice):
    page = people["lea"].page("/workbench/agreement").text
    rows = dict(re.findall(r'<th scope="row">([\w ]+)</th><td class="number">6</td><td class="number">([\d]+\W%)</td>', page))
    assert rows["reads as"].startswith("50")
    assert "ana and bo" in page


def test_a_lead_takes_one_of_two_readings(people, read_twice):
    lea, id = people["lea"], read_twice[1]
    page = lea.page(f"/workbench/notes/{id}").text
    assert "Take ana’s reading" in page
    first = min(int(number) for number in re.findall(r'"decision": (\d+)|decision&#34;: (\d+)', page)[0] if number)
    taken = lea.step(id, do="take", decision=first).json()
    assert taken["revision"] == 1
    assert lea.decide(id).status_code == 303
    assert id in lea.listed("?state=decided")
    assert people["bo"].step(read_twice[2], do="take", decision=first).status_code == 403


def test_calibration_counts_what_held_and_shows_a_line_s_effect_before_it_is_drawn(people, read_twice):
    lea = people["lea"]
    page = lea.page("/workbench/calibration").text
    row = page.split("response missing</a>")[1].split("</tr>")[0]
    assert re.findall(r'number">(\d+)', row)[0] == "6", "given six times"
    shown = lea.page("/workbench/calibration?high_from=0.3").text
    assert "Draw these lines" in shown
    assert lea.listed("?state=all&level=high") == [], "nothing has moved yet"
    lea.post("/workbench/thresholds", high_from="0.3")
    assert len(lea.listed("?state=all&level=high")) == 6
    assert people["ana"].post("/workbench/thresholds", high_from="0.9").status_code == 403
    assert lea.post("/workbench/thresholds", high_from="2").status_code == 422


def test_the_dashboard_s_figures_lead_to_their_notes(people, read_twice):
    page = people["lea"].page("/workbench/dashboard").text
    link = re.search(r'href="/workbench\?(state=all&amp;clinician=A.\+Okafor)">6</a>', page)
    assert len(people["lea"].listed("?" + link[1].replace("&amp;", "&"))) == 6
    assert "response missing" in page


def test_the_export_is_sound_and_training_reads_it(people, read_twice, tmp_path, capsys):
    assert people["ana"].http.get("/workbench/export/decisions.zip").status_code == 403
    packed = people["lea"].http.get("/workbench/export/decisions.zip").content
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        file.extractall(tmp_path / "notes")
    (tmp_path / "entries").mkdir()
    left_out = (tmp_path / "notes" / "left-out.txt").read_text() if (tmp_path / "notes" / "left-out.txt").exists() else ""
    assert corpus(["check", str(tmp_path / "notes" / "wb")]) == 0
    found = all_notes(tmp_path)
    assert len(found) + left_out.count("\n") == len(people["lea"].listed("?state=decided"))
    assert found, left_out
    for note in found:
        assert note.text in [text.replace("\r\n", "\n") for text in TEXTS]
        (response,) = note.spans_of("R")
        assert note.text[response.start : response.end].startswith("Visit ")
    capsys.readouterr()
