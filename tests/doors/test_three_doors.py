"""The command line, batch and HTTP give the same bytes for the same note, with the real reviewer in real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-of-the-tests-only"
TEXTS = {
    "balance": "Neuro re-ed (97112) 26 min, 2 units GP: tandem on foam with nudges at the pelvis, delayed step to the L. 8 s -> 17 s with one tactile cue.",
    "plain": "97112 x2 GP. SLR 3x10, LAQ 2x15, bridges 3x10, 30 min. Tolerated well.",
    "none": "Patient did not attend; phoned, no answer.",
    "odd": "97530 ☂ 24 min — carrying 12 lb crate ↑ stairs; SBA → indep. \u00e9tude",
}


def run(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "note_review", *arguments], capture_output=True, text=True, input=stdin, check=False, cwd=ROOT,
        encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes")
    for name, text in TEXTS.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "note_review", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "NOTE_REVIEW_TOKEN": TOKEN},
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                break
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    yield url
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=15)


def test_the_same_note_gives_the_same_bytes_on_all_three_doors(folder: Path, server: str, tmp_path: Path) -> None:
    assert run("batch", str(folder), "--out", str(tmp_path), "--quiet").returncode == 0
    from_batch = {json.loads(line)["id"]: line for line in (tmp_path / "reviews.jsonl").read_text(encoding="utf-8").splitlines()}
    assert sorted(from_batch) == sorted(TEXTS)
    for name, text in TEXTS.items():
        from_cli = run("review", str(folder / f"{name}.txt"), "--format", "json").stdout.strip()
        answer = httpx.post(f"{server}/v1/review", json={"id": name, "text": text}, headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert from_cli == from_batch[name] == answer.text


def test_many_notes_over_http_answer_in_order_with_the_bad_one_in_its_place(server: str) -> None:
    notes = [{"id": "a", "text": TEXTS["plain"]}, {"id": "b"}, {"id": "c", "text": TEXTS["none"]}]
    answer = httpx.post(f"{server}/v1/reviews", json={"notes": notes}, headers={"Authorization": f"Bearer {TOKEN}"}).json()[
        "reviews"
    ]
    assert [r["id"] for r in answer] == ["a", "b", "c"]
    assert "error" in answer[1]
    assert answer[0]["schema"] == "note-review/1"


def test_a_draft_has_pending_elements_and_no_faults_of_absence(server: str) -> None:
    note = {"text": "97112: tandem on foam", "stage": "draft"}
    review = httpx.post(f"{server}/v1/review", json=note, headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert review["missing"] == []
    assert "minutes" in review["pending"]
    assert all(r["pending"] for r in review["risk"]["reasons"] if r["reason"].endswith("_missing"))


def test_rules_and_policy_over_http(server: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    rules = httpx.get(f"{server}/v1/rules", headers=headers).json()
    assert "NR132" in json.dumps(rules)
    assert "kx_threshold" in httpx.get(f"{server}/v1/policy", headers=headers).text


def test_standard_input_and_exit_statuses(folder: Path) -> None:
    assert run("review", "-", "--format", "json", stdin=TEXTS["plain"]).returncode == 0
    assert run("review", "-", "--fail-on", "high", stdin=TEXTS["plain"]).returncode == 3
    missing = run("review", str(folder / "absent.txt"), str(folder / "none.txt"))
    assert missing.returncode == 1
    assert "absent.txt" in missing.stderr
    assert "none" in missing.stdout
    assert run("review", str(folder / "none.txt"), "--format", "xml").returncode == 2
    assert run("review", str(folder / "none.txt"), "--claim", "9711:2").returncode == 2
    assert run("review", str(folder / "none.txt"), "--payer", "nobody").returncode == 2
    assert run("explain", "NR999").returncode == 2


def test_a_claim_of_unknown_codes_is_judged_and_said(folder: Path) -> None:
    done = run("review", str(folder / "plain.txt"), "--claim", "99999:1", "--format", "json")
    assert done.returncode == 0
    review = json.loads(done.stdout)
    assert review["claim"]["lines"][0]["code"] == "99999"


def test_a_batch_killed_in_the_middle_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    notes = tmp_path / "notes.jsonl"
    with notes.open("w", encoding="utf-8") as file:
        for number in range(1500):
            file.write(
                json.dumps(
                    {
                        "id": f"n{number}",
                        "text": f"97112 x {8 + number % 30} min: tandem on foam, step {number}. {list(TEXTS.values())[number % 4]}",
                    }
                )
                + "\n"
            )
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    command = [sys.executable, "-m", "note_review", "batch", str(notes), "--engine", "fast", "--quiet", "--out"]
    subprocess.run([*command, str(whole)], check=True, cwd=ROOT, capture_output=True)
    for wait in (6.0, 7.0):
        process = subprocess.Popen(
            [*command, str(cut)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    subprocess.run([*command, str(cut)], check=True, cwd=ROOT, capture_output=True)
    for name in ("reviews.jsonl", "errors.jsonl", "summary.csv", "summary.html"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes(), name
