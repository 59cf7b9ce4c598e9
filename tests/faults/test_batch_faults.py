"""A batch whose disk fills, whose workers are killed, and that meets files made to break it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from note_review.batch import BatchOptions, run_batch
from note_review.errors import OutputError

HERE = Path(__file__).parent
DOORS = HERE.parent / "doors"
ROOT = HERE.parent.parent
sys.path.insert(0, str(DOORS))
import fake_reviewer  # noqa: E402
import making  # noqa: E402

OUTPUTS = (
    "reviews.jsonl",
    "errors.jsonl",
    "warnings.jsonl",
    "summary.csv",
    "reviews.parquet",
    "findings.parquet",
    "notes.parquet",
)
LIMITED = """
import resource, signal, sys
from pathlib import Path
import fake_reviewer
from note_review.batch import BatchOptions, run_batch
from note_review.errors import OutputError
source, out, limit = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
try:
    run_batch(Path(source), Path(out), options=BatchOptions(progress=False, shard=5, factory=fake_reviewer.build))
except OutputError as error:
    print(error)
    sys.exit(2)
"""


def make_notes(path: Path, count: int) -> Path:
    rows = ({"id": f"n{n}", "text": f"CANARY 97112 x {n % 60} min, note {n} of many"} for n in range(count))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def options(**changes: object) -> BatchOptions:
    return BatchOptions(**{"progress": False, "shard": 5, "factory": fake_reviewer.build, **changes})  # type: ignore[arg-type]


def outputs(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in OUTPUTS}


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(DOORS)]), **more}


def below(pid: int) -> list[int]:
    """Return the worker processes of a batch."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


@pytest.mark.parametrize("limit", [3_000, 40_000])
def test_a_disk_that_fills_is_said_and_the_next_run_goes_on(tmp_path: Path, limit: int) -> None:
    source = make_notes(tmp_path / "notes.jsonl", 40)
    command = [sys.executable, "-c", LIMITED, str(source), str(tmp_path / "out"), str(limit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 2, done.stderr
    assert "cannot be written" in done.stdout
    assert "CANARY" not in done.stdout + done.stderr
    assert not list((tmp_path / "out").rglob("*.tmp"))
    manifest = tmp_path / "out/.work/manifest.jsonl"
    committed = len(manifest.read_text().splitlines()) if manifest.exists() else 0
    result = run_batch(source, tmp_path / "out", options=options())
    assert result.reviewed == 40
    assert result.resumed in (5 * committed, 5 * max(0, committed - 1))
    run_batch(source, tmp_path / "whole", options=options())
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting wants root")
def test_a_small_disk_that_fills(tmp_path: Path) -> None:
    source = make_notes(tmp_path / "notes.jsonl", 200)
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], capture_output=True, check=False
    ).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        with pytest.raises(OutputError, match="No space left on device"):
            run_batch(source, disk / "out", options=options())
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        result = run_batch(source, disk / "out", options=options())
        assert result.reviewed == 200
        assert 0 < result.resumed < 200
        run_batch(source, tmp_path / "whole", options=options())
        assert outputs(disk / "out") == outputs(tmp_path / "whole")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_workers_killed_from_outside_cost_no_note(tmp_path: Path) -> None:
    source = make_notes(tmp_path / "notes.jsonl", 60)
    seen = tmp_path / "seen"
    command = [sys.executable, str(DOORS / "batch_program.py"), str(source), str(tmp_path / "out"), "2"]
    process = subprocess.Popen(
        command, env=environment(FAKE_PAUSE="0.1", FAKE_SEEN=str(seen)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    for wanted in (5, 25):
        while not seen.exists() or len(seen.read_text().split()) < wanted:
            assert process.poll() is None
            time.sleep(0.05)
        os.kill(below(process.pid)[0], signal.SIGKILL)
    stdout, stderr = process.communicate(timeout=120)
    assert stdout.split() == [b"60", b"0", b"0", b"0"], stderr
    run_batch(source, tmp_path / "whole", options=options())
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


def test_no_worker_outlives_a_killed_batch(tmp_path: Path) -> None:
    source = make_notes(tmp_path / "notes.jsonl", 3)
    (tmp_path / "notes.jsonl").write_text(json.dumps({"id": "h", "text": "HANG"}) + "\n")
    seen = tmp_path / "seen"
    command = [sys.executable, str(DOORS / "batch_program.py"), str(source), str(tmp_path / "out"), "1"]
    process = subprocess.Popen(
        command, env=environment(FAKE_SEEN=str(seen)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not seen.exists():
        assert process.poll() is None
        time.sleep(0.05)
    (worker,) = below(process.pid)
    process.kill()
    process.wait()
    for _ in range(200):
        if not Path(f"/proc/{worker}").exists():
            return
        time.sleep(0.05)
    raise AssertionError("the worker is still there")


def bomb(size: int) -> bytes:
    """Return a PDF whose one page's content unpacks to a thousand times its size."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"q " * 500_000) for _ in range(size // 1_000_000)) + packer.flush()
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    head += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>endobj\n"
    return (
        head
        + b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        + packed
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


def test_bombs_and_broken_files_among_good_ones(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(6):
        (folder / f"good-{n}.txt").write_text(f"97112 x {n} min")
    (folder / "bomb.pdf").write_bytes(bomb(800_000_000))
    (folder / "bomb.xlsx").write_bytes(making.zipped(xl__workbook_xml=b" " * 600 * 1024**2))
    (folder / "cut.docx").write_bytes(making.word(paragraphs=["x"])[:900])
    (folder / "cut.json").write_text('{"resourceType": "Bundle", "entry": [')
    (folder / "cut.hl7").write_text("MSH|^~")
    (folder / "cut.xml").write_text("<ClinicalDocument")
    (folder / "deep.json").write_text('{"resourceType": "Bundle", "entry": ' + "[" * 100_000)
    (folder / "empty.parquet").write_bytes(b"")
    result = run_batch(folder, tmp_path / "out", workers=2, options=options(timeout=20))
    errors = {e["id"]: e["reason"] for e in map(json.loads, (tmp_path / "out/errors.jsonl").read_text().splitlines())}
    assert set(errors) == {"bomb.pdf", "bomb.xlsx", "cut.docx", "cut.json", "cut.hl7:1", "cut.xml", "deep", "empty"}
    assert errors["bomb.xlsx"].startswith("unpacks to more")
    assert result.reviewed == 6
