"""Spark: the same reviews as on one machine, and every note once though workers are killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import fake_reviewer
import interop
import pytest

from note_review.batch import BatchOptions, run_batch
from note_review.reviewed import NAMES, Reviewed

pytest.importorskip("pyspark")
pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CLUSTER = "local-cluster[2,1,1024]"
NOTES = 120
PROGRAM = """
import sys
from pathlib import Path
import fake_reviewer
from note_review.batch import BatchOptions
from note_review.batch.cluster import run_on_spark
source, out, master = sys.argv[1:]
options = BatchOptions(timeout=20, factory=fake_reviewer.build)
result = run_on_spark(Path(source), Path(out), master=master, workers=2, options=options)
print(result.reviewed, result.failed)
"""


def start(source, out, master=CLUSTER, **environment):
    path = os.pathsep.join([str(ROOT), str(HERE)])
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(source), str(out), master],
        env={**os.environ, "PYTHONPATH": path, "PYSPARK_PYTHON": sys.executable, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process, timeout=500):
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    finally:
        process.kill()
    assert process.returncode == 0, stderr[-3000:]
    return [int(n) for n in stdout.split()[-2:]], stderr


def make_notes(path, special=None):
    special = special or {}
    with path.open("w") as file:
        for n in range(NOTES):
            file.write(
                json.dumps({"id": f"n{n}", "text": f"{special.get(n, '')} 97112 x {n} min é", "patient": f"p{n % 7}"}) + "\n"
            )
        file.write("{CANARY\n")
    return path


def descendants(pid):
    """Give (pid, command) of all processes below one."""
    listed = subprocess.run(
        ["ps", "-eww", "-o", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1:]
    rows = [(int(line.split(None, 2)[0]), int(line.split(None, 2)[1]), line.split(None, 2)[2]) for line in listed]
    below = {pid}
    for _ in range(12):
        below |= {child for child, parent, _ in rows if parent in below}
    return [(child, command) for child, _, command in rows if child in below and child != pid]


def wait_for(path, lines):
    for _ in range(3000):
        if path.exists() and len(path.read_text().splitlines()) >= lines:
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} never had {lines} lines")


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    folder = tmp_path_factory.mktemp("local")
    source = make_notes(folder / "notes.jsonl")
    run_batch(source, folder / "out", options=BatchOptions(progress=False, factory=fake_reviewer.build))
    return source, folder / "out"


def test_every_note_once_though_python_workers_and_an_executor_are_killed(local, tmp_path):
    source, whole = local
    seen = tmp_path / "seen"
    process = start(source, tmp_path / "out", FAKE_PAUSE="0.25", FAKE_SEEN=str(seen))
    wait_for(seen, 12)
    python = [pid for pid, command in descendants(process.pid) if "pyspark.daemon" in command]
    executor = [pid for pid, command in descendants(process.pid) if "CoarseGrainedExecutorBackend" in command]
    assert python
    assert len(executor) == 2
    os.kill(python[-1], signal.SIGKILL)
    wait_for(seen, 30)
    os.kill(executor[0], signal.SIGKILL)
    counts, stderr = finish(process)
    assert counts == [NOTES, 1]
    assert "CANARY" not in stderr
    assert (tmp_path / "out/reviews.jsonl").read_bytes() == (whole / "reviews.jsonl").read_bytes()
    assert len(seen.read_text().split()) > NOTES
    with Reviewed(tmp_path / "out") as tables:
        assert list(tables.rows("select count(*), count(distinct id), count(distinct n) from reviews")) == [(NOTES,) * 3]


def test_notes_that_die_or_hang_are_set_aside_and_no_task_fails(tmp_path):
    source = make_notes(tmp_path / "notes.jsonl", {3: "DIE", 50: "RAISE", 90: "HANG"})
    counts, _ = finish(start(source, tmp_path / "out", master="local[2]"))
    assert counts == [NOTES - 3, 4]
    errors = [json.loads(line) for line in (tmp_path / "out/errors.jsonl").read_text().splitlines()]
    assert [error["id"] for error in errors] == ["n3", "n50", "n90", None]
    assert errors[2]["reason"] == "took longer than 20 s"


@pytest.mark.parametrize("kind", ["parquet", "folder"])
def test_other_sources_give_the_same_tables(tmp_path, kind):
    source = tmp_path / "in"
    if kind == "parquet":
        source = tmp_path / "notes.parquet"
        rows = "select 'n' || i as visit, '97112 x ' || i || ' min' as text, date '2026-01-01' + i::int as date_of_service, 12 as patient from range(30) t(i)"
        duckdb.sql(f"copy ({rows}) to '{source}'")
        options = BatchOptions(progress=False, factory=fake_reviewer.build)
    else:
        source.mkdir()
        for n in range(30):
            (source / f"{n:02d}.txt").write_text(f"Patient: P{n}\n97112 x {n} min")
        (source / "bad.pdf").write_bytes(b"%PDF-1.4 no")
        (source / "jo.txt").write_text("Patient: Jo Poe\nDOS: 3/2/2026\nTherapist: Rita Roe, PT\n97112 x 23 min")
        claims = [
            interop.claim_837(name, number, [("97112:GP", 2)]) for name, number in ((("POE", "JO"), "M1"), (("DOE", "J"), "M2"))
        ]
        (source / "claims.837").write_text(interop.interchange(*claims))
    options = BatchOptions(progress=False, factory=fake_reviewer.build)
    run_batch(source, tmp_path / "one", options=options)
    finish(start(source, tmp_path / "two", master="local[2]"))
    about = [json.loads((tmp_path / name / "run.json").read_text()) for name in ("one", "two")]
    assert about[0]["version"] == about[1]["version"] == "fake-1"
    if kind == "folder":
        for name in ("reviews", "errors", "warnings"):
            assert (tmp_path / f"two/{name}.jsonl").read_bytes() == (tmp_path / f"one/{name}.jsonl").read_bytes()
        assert about[0]["warnings"] == about[1]["warnings"] == 1
    with Reviewed(tmp_path / "one") as one, Reviewed(tmp_path / "two") as two:
        for name in NAMES:
            left_out = ["n"] + ["id"] * (kind == "parquet") + ["source", "place"] * (name == "reviews")
            query = f"select * exclude ({', '.join(left_out)}) from {name} order by all"
            assert list(one.rows(query)) == list(two.rows(query))
