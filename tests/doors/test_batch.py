"""A batch ends with the same bytes however it ran, and one note never takes the others along."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import fake_reviewer
import interop
import making
import pytest

from note_review.batch import BatchOptions, run_batch
from note_review.batch.crew import Crew
from note_review.batch.earlier import Earlier
from note_review.batch.progress import Progress
from note_review.batch.shard import Shard
from note_review.batch.worker import Orders
from note_review.errors import InputError, ModelError, SettingsError
from note_review.note import parse_claim
from note_review.settings import Settings
from note_review.sources import open_inputs

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TABLES = ("reviews.parquet", "findings.parquet", "services.parquet", "lines.parquet", "notes.parquet")
OUTPUTS = ("reviews.jsonl", "errors.jsonl", "warnings.jsonl", "summary.csv", "summary.html", *TABLES)
NOTES = 23


def make_notes(path, *, special=None, count=NOTES):
    special = special or {}
    with path.open("w") as file:
        for n in range(count):
            file.write(json.dumps({"id": f"n{n}", "text": f"CANARY {special.get(n, '')} 97112 x {n} min é"}) + "\n")
        file.write("{CANARY\n")
    return path


def options(**changes):
    return BatchOptions(**{"progress": False, "shard": 5, "factory": fake_reviewer.build, **changes})


def outputs(out):
    return {name: (out / name).read_bytes() for name in OUTPUTS}


def records(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def start(source, out, *, workers=1, **environment):
    path = os.pathsep.join([str(ROOT), str(HERE)])
    return subprocess.Popen(
        [sys.executable, str(HERE / "batch_program.py"), str(source), str(out), str(workers)],
        env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell's background job hands down an ignored Ctrl-C; the program under test must hear it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


def wait_for(path, lines):
    for _ in range(600):
        if path.exists() and len(path.read_text().splitlines()) >= lines:
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never had {lines} lines")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    source = make_notes(folder / "notes.jsonl")
    result = run_batch(source, folder / "out", options=options())
    return source, folder / "out", result


def test_all_outputs_in_input_order(whole):
    _, out, result = whole
    assert (result.reviewed, result.failed, result.resumed, result.levels) == (NOTES, 1, 0, {"moderate": NOTES})
    assert [r["id"] for r in records(out / "reviews.jsonl")] == [f"n{n}" for n in range(NOTES)]
    (error,) = records(out / "errors.jsonl")
    assert (error["id"], error["place"]) == (None, "line 24")
    assert len((out / "summary.csv").read_text().splitlines()) == NOTES + 1
    assert b"CANARY" not in b"".join(data for name, data in outputs(out).items() if name not in ("reviews.jsonl", *TABLES))


def test_reviews_are_the_bytes_of_the_call(whole):
    source, out, _ = whole
    from note_review.sources import SourcedNote, open_notes

    reviewer = fake_reviewer.FakeReviewer(Settings())
    expected = [reviewer.review(note).as_json() for note in open_notes(source) if isinstance(note, SourcedNote)]
    assert (out / "reviews.jsonl").read_text().splitlines() == expected


def test_any_number_of_workers_gives_the_same_bytes(whole, tmp_path):
    source, out, _ = whole
    run_batch(source, tmp_path / "out", workers=2, options=options(shard=7))
    assert outputs(tmp_path / "out") == outputs(out)


def test_a_finished_batch_does_nothing_again(whole, monkeypatch, tmp_path):
    source, out, _ = whole
    monkeypatch.setenv("FAKE_SEEN", str(tmp_path / "seen"))
    before = outputs(out)
    result = run_batch(source, out, options=options())
    assert (result.resumed, result.redone) == (NOTES + 1, 0)
    assert not (tmp_path / "seen").exists()
    assert outputs(out) == before


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_run_again_it_goes_on(whole, tmp_path, how, workers):
    source, out, _ = whole
    seen = tmp_path / "seen"
    first = start(source, tmp_path / "out", workers=workers, FAKE_PAUSE="0.3", FAKE_SEEN=str(seen))
    wait_for(tmp_path / "out/.work/manifest.jsonl", 2)
    os.kill(first.pid, how)
    stdout, stderr = first.communicate(timeout=60)
    assert first.returncode != 0
    assert "CANARY" not in stdout + stderr
    manifest = (tmp_path / "out/.work/manifest.jsonl").read_text()
    committed = {
        f"n{n}" for record in map(json.loads, manifest.splitlines()) for n in range(record["shard"] * 5, record["shard"] * 5 + 5)
    }
    time.sleep(0.5)
    seen.unlink()
    with (tmp_path / "out/.work/manifest.jsonl").open("a") as file:
        file.write('{"format": "note-review-batch/1", "sha')
    second = start(source, tmp_path / "out", workers=workers, FAKE_SEEN=str(seen))
    stdout, stderr = second.communicate(timeout=60)
    assert second.returncode == 0, stderr
    assert stdout.split() == ["23", "1", str(len(committed)), "0"]
    again = seen.read_text().split()
    assert not committed & set(again)
    assert len(again) == len(set(again))
    assert outputs(tmp_path / "out") == outputs(out)
    third = run_batch(source, tmp_path / "out", options=options())
    assert third.resumed == NOTES + 1


def test_a_changed_version_or_note_is_done_again(whole, tmp_path, monkeypatch, capsys):
    source = make_notes(tmp_path / "notes.jsonl")
    run_batch(source, tmp_path / "out", options=options())
    make_notes(source, special={12: "changed"})
    result = run_batch(source, tmp_path / "out", options=options(progress=True))
    assert (result.resumed, result.redone) == (19, 1)
    text = json.loads(source.read_text().splitlines()[12])["text"]
    assert records(tmp_path / "out/reviews.jsonl")[12]["services"][0]["end"] == len(text)
    assert "have changed" in capsys.readouterr().err
    monkeypatch.setenv("FAKE_VERSION", "fake-2")
    assert run_batch(source, tmp_path / "out", options=options()).redone == 5
    assert run_batch(source, tmp_path / "out", settings=Settings(engine="accurate"), options=options()).redone == 5
    make_notes(source, count=4)
    assert run_batch(source, tmp_path / "out", options=options()).reviewed == 4


def test_a_damaged_shard_is_done_again(tmp_path):
    source = make_notes(tmp_path / "notes.jsonl")
    run_batch(source, tmp_path / "out", options=options())
    before = outputs(tmp_path / "out")
    (tmp_path / "out/.work/shard-0000001.reviews.jsonl").write_text("")
    assert run_batch(source, tmp_path / "out", options=options()).resumed == 19
    assert outputs(tmp_path / "out") == before


@pytest.mark.parametrize("workers", [1, 2])
def test_notes_that_raise_die_or_hang_are_set_aside(tmp_path, workers):
    source = make_notes(tmp_path / "notes.jsonl", special={3: "RAISE", 7: "DIE", 8: "DIE", 11: "HANG"}, count=13)
    result = run_batch(source, tmp_path / "out", workers=workers, options=options(timeout=1.0))
    assert (result.reviewed, result.failed) == (9, 5)
    errors = {error["id"]: error for error in records(tmp_path / "out/errors.jsonl")}
    assert set(errors) == {"n3", "n7", "n8", "n11", None}
    assert errors["n3"]["reason"].startswith("ValueError in ")
    assert "died" in errors["n7"]["reason"]
    assert errors["n11"]["reason"] == "took longer than 1 s"
    assert errors["n8"]["place"] == "line 9"
    assert "CANARY" not in (tmp_path / "out/errors.jsonl").read_text()


def test_a_folder_with_pages_that_have_no_text(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(making.pdf([["97112 x 23 min"], []]))
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_text("97110 x 15 min")
    result = run_batch(folder, tmp_path / "out", options=options(claim=parse_claim("97112:2:GP")))
    assert (result.reviewed, result.failed) == (2, 1)
    first, second = records(tmp_path / "out/reviews.jsonl")
    assert [u["reason"] for u in first["unread"]] == ["page 2: no text on this page (a scan?)"]
    assert second["claim"]["lines"][0]["units"] == 2
    assert records(tmp_path / "out/warnings.jsonl")[0]["id"] == "a"


def test_what_cannot_begin_says_why(tmp_path):
    source = make_notes(tmp_path / "notes.jsonl")
    with pytest.raises(ModelError, match="RuntimeError in") as caught:
        run_batch(source, tmp_path / "out", options=options(factory=fake_reviewer.build_broken))
    assert "CANARY" not in str(caught.value)
    with pytest.raises(InputError, match="exists"):
        run_batch(tmp_path / "none", tmp_path / "out", options=options())
    with pytest.raises(SettingsError, match="inside the folder"):
        run_batch(tmp_path, tmp_path / "out", options=options())
    with pytest.raises(SettingsError, match="worker"):
        run_batch(source, tmp_path / "out", workers=0, options=options())


def test_what_was_made_of_other_reviews_is_named(tmp_path):
    source, out = make_notes(tmp_path / "n.jsonl", count=3), tmp_path / "out"
    run_batch(source, out, options=options())
    (out / "audit").mkdir()
    earlier = Earlier(out)
    run_batch(source, out, options=options())
    assert list(earlier.outdated()) == []
    run_batch(make_notes(source, count=4), out, options=options())
    assert list(earlier.outdated()) == [out / "audit"]


def test_two_runs_do_not_share_a_folder(tmp_path):
    source = make_notes(tmp_path / "notes.jsonl")
    first = start(source, tmp_path / "out", FAKE_PAUSE="0.3")
    try:
        wait_for(tmp_path / "out/.work/manifest.jsonl", 1)
        with pytest.raises(SettingsError, match="another run"):
            run_batch(source, tmp_path / "out", options=options())
    finally:
        first.kill()
        first.communicate()


def test_claims_are_joined_and_those_without_a_note_are_listed(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    claims = [
        interop.claim_837(("DOE", "JANE"), "M1", [("97112:GP", 2)]),
        interop.claim_837(("POE", "JO"), "M2", [("97110:GP", 1)]),
    ]
    (folder / "claims.837").write_text(interop.interchange(*claims))
    (folder / "note.txt").write_text("Patient: Jane Doe\nDOS: 3/2/2026\nTherapist: Rita Roe, PT\n97112 x 23 min")
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        result = run_batch(folder, out, workers=workers, options=options())
        assert (result.reviewed, result.failed) == (1, 0)
        (review,) = records(out / "reviews.jsonl")
        assert [(line["code"], line["units"], line["modifiers"]) for line in review["claim"]["lines"]] == [("97112", 2, ["GP"])]
        wanted = {"id": None, "source": "claims.837", "place": "claim 2", "reason": "no reviewed note was found for this claim"}
        assert records(out / "warnings.jsonl") == [wanted]
    assert outputs(tmp_path / "out1") == outputs(tmp_path / "out2")
    assert run_batch(folder, tmp_path / "out1", options=options()).resumed == 1


def chunks(items, size):
    items = iter(items)
    while chunk := list(islice(items, size)):
        yield chunk


def test_two_workers_are_nearly_twice_as_fast_as_one(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_PAUSE", "0.02")
    source = make_notes(tmp_path / "notes.jsonl", count=200)
    seconds = dict.fromkeys((1, 2), math.inf)
    # The better of two: a neighbour on the machine may hold either up.
    for workers in (1, 2, 1, 2):
        shards = (Shard(n, "", chunk) for n, chunk in enumerate(chunks(open_inputs(source), 50)))
        with (
            Crew(Orders(Settings(), fake_reviewer.build), workers=workers, timeout=30) as crew,
            Progress(None, shown=False) as bar,
        ):
            started = time.perf_counter()
            assert sum(len(shard.lines()["reviews"]) for shard in crew.run(shards, bar)) == 200
            seconds[workers] = min(seconds[workers], time.perf_counter() - started)
    assert seconds[1] / seconds[2] > 1.8


FLAT = """
import resource, sys, time
from pathlib import Path
import fake_reviewer
from note_review.batch import BatchOptions, run_batch
source, out = sys.argv[1:]
started = time.process_time()
result = run_batch(Path(source), Path(out), options=BatchOptions(progress=False, factory=fake_reviewer.build))
children = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = time.process_time() - started + children.ru_utime + children.ru_stime
print(result.reviewed, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, children.ru_maxrss // 1024)
"""


def costs_of(folder, *, count):
    folder.mkdir(exist_ok=True)
    source = make_notes(folder / f"{count}.jsonl", count=count)
    command = [sys.executable, "-c", FLAT, str(source), str(folder / f"out-{count}")]
    path = os.pathsep.join([str(ROOT), str(HERE)])
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path})
    return [float(word) for word in done.stdout.split()]


@pytest.mark.slow
def test_time_per_note_and_memory_stay_the_same(tmp_path):
    # A shared machine may run at half its speed for a while: of two rounds the lesser times count.
    rounds = [{count: costs_of(tmp_path / str(number), count=count) for count in (1_000, 11_000, 41_000)} for number in (1, 2)]
    found = {count: [min(both) for both in zip(*(costs[count] for costs in rounds), strict=True)] for count in rounds[0]}
    # What the start costs is in all three; the differences are the notes alone.
    few = (found[11_000][1] - found[1_000][1]) / 10_000
    many = (found[41_000][1] - found[11_000][1]) / 30_000
    assert many < 1.3 * few
    assert found[41_000][2] < found[11_000][2] + 60
    assert found[41_000][3] < found[1_000][3] + 30
