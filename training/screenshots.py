"""The workbench's pictures in the README, made anew: a server of its own, notes of the corpus, Debian's Chromium (extra `browser`).

``python -m training.screenshots [--out docs/workbench] [--notes 40]``
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import tempfile
from pathlib import Path
from typing import Any

from note_review.server.database import open_database
from note_review.workbench.people import People
from training.load import server
from training.notes import notes_of

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
CLINICIANS = ("A. Okafor PT", "B. Lindgren OT", "C. Reyes PTA", "D. Novak PT", "E. Baker PT")
WIDTH, HEIGHT = 1280, 800
USER = "ana"


def made_notes(corpus: Path, count: int) -> str:
    """Return synthetic notes of the dev split with made-up clinicians, patients and days, as JSON lines."""
    rng, lines = random.Random(7), []
    for number, note in enumerate([n for n in notes_of("dev", corpus) if n.is_whole][:count], 1):
        about = {"clinician": rng.choice(CLINICIANS), "clinic": rng.choice(("River", "Hill")), "payer": "medicare"}
        day = f"2026-{rng.randint(1, 10):02d}-{rng.randint(1, 28):02d}"
        record = {"id": f"visit-{number:03d}", "text": note.text, "claim": note.header["claim"], "date_of_service": day}
        lines.append(json.dumps({**record, **about, "patient": f"P-{number:03d}"}))
    return "\n".join(lines)


def take(page: Any, root: str, *, password: str, notes: Path, out: Path) -> None:
    """Sign in, put the notes in, and take each picture."""
    page.goto(root)
    page.fill("[name=name]", USER)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("body.queue")
    page.goto(f"{root}/add")
    page.set_input_files("#files", str(notes))
    page.wait_for_selector("#done:not([hidden])", timeout=120_000)
    page.goto(root)
    page.wait_for_selector("#waiting", state="detached", timeout=600_000)
    page.screenshot(path=out / "queue.png")
    page.goto(f"{root}?state=all&level=moderate&reason=response_not_measured")
    page.locator("a.open").first.click()
    page.wait_for_selector("[aria-keyshortcuts=a]")
    for key in ("j", "j", "j"):
        page.keyboard.press(key)
    page.locator(".side .finding").first.hover()
    page.screenshot(path=out / "note.png")


def main() -> None:
    """Run the tool."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(prog="python -m training.screenshots", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--out", type=Path, default=Path("docs/workbench"))
    parser.add_argument("--notes", type=int, default=40)
    parser.add_argument("--engine", default="accurate")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder, password = Path(place), secrets.token_urlsafe(16)
        (folder / "notes.jsonl").write_text(made_notes(options.corpus, options.notes), encoding="utf-8")
        database = open_database(f"sqlite:///{folder / 'state.db'}")
        People(database).add(name=USER, tenant="default", role="lead", password=password)
        database.close()
        arguments = ["--engine", options.engine, "--database", f"sqlite:///{folder / 'state.db'}"]
        with server(arguments) as target, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            root = f"http://127.0.0.1:{target.port}/workbench"
            take(page, root, password=password, notes=folder / "notes.jsonl", out=options.out)
            browser.close()


if __name__ == "__main__":
    main()
