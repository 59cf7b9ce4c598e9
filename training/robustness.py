"""How steady the reading is, into README: ``python -m training.robustness [--engine fast] [--notes 150]``.

Three questions, each on the test split, which nothing was fitted to. Edits that should not matter (typing slips, case, line breaks,
abbreviations written out, headings taken away, sections in another order): how often does the code or the risk change? Contrast
pairs, whose gold differs by a few words: how often are both right? And faithfulness: does taking out the spans that are said to have
pulled a service towards its code move that code's probability more than taking out random spans of the same length (the
"comprehensiveness" of DeYoung et al. 2020)? Beside the pairs of the test split stand those of ``corpora/contrast``: twins of dev notes that were
written to mislead, on which nothing is fitted.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from note_review.evaluation.annotated import AnnotatedNote, as_note
from note_review.note import Note
from note_review.reading.sections import find_sections
from note_review.review import Review
from note_review.reviewer import Reviewer
from note_review.settings import DEFAULT_ENGINE, Settings
from training.corpus.twins import read_twins
from training.notes import notes_of
from training.report import write_between

SEED = 97112
LABELS = ("reads_as", "risk", "missing")
_WRITTEN_OUT = {
    r"\bpt\b": "patient", r"\bw/(?=\s)": "with", r"\bw/o\b": "without", r"\bs/p\b": "status post", r"\bTE\b": "therapeutic exercise", r"\bNMR\b": "neuromuscular re-education",
    r"\bCGA\b": "contact guard assistance", r"\bVC\b": "verbal cues", r"\bSLS\b": "single leg stance", r"\bLE\b": "lower extremity", r"\bUE\b": "upper extremity",
}  # fmt: skip


def typing_slips(text: str, rng: random.Random) -> str:
    """Swap two neighbouring letters in about one long word of twelve."""

    def slip(match: re.Match[str]) -> str:
        word = match[0]
        if rng.random() > 1 / 12:
            return word
        at = rng.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return re.sub(r"[a-z]{6,}", slip, text)


def without_headings(text: str, _: random.Random) -> str:
    """Take away one-word headings at the start of lines (`S:`, `Objective:`, `PLAN`)."""
    return re.sub(r"(?mi)^(?:[SOAPDR]|subjective|objective|assessment|plan|data|response|action)\s*[:.-]\s*", "", text)


def sections_turned(text: str, _: random.Random) -> str:
    """Put the note's sections in the reverse order."""
    return "\n".join(text[s.span.start : s.span.end].strip("\n") for s in reversed(find_sections(text)))


def written_out(text: str, _: random.Random) -> str:
    """Write usual abbreviations out."""
    for pattern, words in _WRITTEN_OUT.items():
        text = re.sub(pattern, words, text)
    return text


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "typing slips": typing_slips,
    "upper case": lambda text, _: text.upper(),
    "lower case": lambda text, _: text.lower(),
    "blank lines doubled": lambda text, _: text.replace("\n", "\n\n"),
    "abbreviations written out": written_out,
    "headings taken away": without_headings,
    "sections in reverse order": sections_turned,
}


def labels(review: Review) -> dict[str, str]:
    """Return what a review says of a note, in comparable words."""
    return {"reads_as": review.reads_as, "risk": review.risk.level, "missing": ",".join(sorted(review.missing))}


def gold(note: AnnotatedNote) -> dict[str, str]:
    """Return what the annotation says of a note, in the same words."""
    header = note.header
    return {"reads_as": header["reads_as"], "risk": header["risk"], "missing": ",".join(sorted(header["missing"]))}


def changed_by_edits(notes: Sequence[AnnotatedNote], reviewer: Reviewer) -> list[str]:
    """Return table rows: of the notes that an edit alters, the share whose code and risk level change."""
    before = [labels(r) for r in reviewer.pipe(map(as_note, notes))]
    rows = ["| edit that should not matter | notes altered | code changes | risk level changes |", "| --- | --- | --- | --- |"]
    for name, edit in EDITS.items():
        rng = random.Random(SEED)
        texts = [edit(n.text, rng) for n in notes]
        altered = [i for i, text in enumerate(texts) if text != notes[i].text and text.strip()]
        after = [labels(r) for r in reviewer.pipe([as_note(notes[i], texts[i]) for i in altered])]
        shares = [
            sum(before[i][k] != a[k] for i, a in zip(altered, after, strict=True)) / max(1, len(altered)) for k in LABELS[:2]
        ]
        rows.append(f"| {name} | {len(altered)} | {shares[0]:.3f} | {shares[1]:.3f} |")
    return rows


def written_to_mislead(corpus: Path) -> list[AnnotatedNote]:
    """Return the twins of ``contrast`` and the dev notes that they are twins of."""
    known = {n.id: n for n in notes_of("dev", corpus)}
    twins = [twin for file in sorted((corpus / "contrast").glob("*.jsonl")) for twin in read_twins(file, known)]
    return [*(known[name] for name in dict.fromkeys(twin.header["twin_of"] for twin in twins)), *twins]


def contrast_pairs(notes: Sequence[AnnotatedNote], reviewer: Reviewer, *, whose: str) -> list[str]:
    """Return table rows: of the pairs whose gold differs in a label, how often the reading differs and how often both are right."""
    by_id = {n.id: n for n in notes}
    pairs = [(by_id[n.header["twin_of"]], n) for n in notes if n.header.get("twin_of") in by_id]
    said = {n.id: labels(r) for n, r in zip(by_id.values(), reviewer.pipe(map(as_note, by_id.values())), strict=True)}
    rows = [f"| {whose}, by the label that differs | pairs | reading differs | both right |", "| --- | --- | --- | --- |"]
    for label in LABELS:
        own = [(a, b) for a, b in pairs if gold(a)[label] != gold(b)[label]]
        differs = sum(said[a.id][label] != said[b.id][label] for a, b in own) / max(1, len(own))
        right = sum(all(said[n.id][label] == gold(n)[label] for n in pair) for pair in own) / max(1, len(own))
        rows.append(f"| {label} | {len(own)} | {differs:.3f} | {right:.3f} |")
    return rows


def faithfulness(notes: Sequence[AnnotatedNote], reviewer: Reviewer) -> list[str]:
    """Return table rows: the mean fall of a service's code when its pulling spans, or random ones as long, are blanked."""
    rng = random.Random(SEED)
    originals: list[tuple[float, str, str]] = []
    asked: list[Note] = []
    for note, review in zip(notes, reviewer.pipe(map(as_note, notes)), strict=True):
        for service in review.services:
            spans = [(e.start, e.end) for e in service.pulls.get(service.reads_as, ())]
            if spans and service.billed:
                originals.append((service.probabilities[service.reads_as], service.billed, service.reads_as))
                asked += [as_note(note, blanked(note.text, s)) for s in (spans, elsewhere(spans, len(note.text), rng))]
    falls: tuple[list[float], list[float]] = ([], [])
    reviews = list(reviewer.pipe(asked))
    for number, (probability, billed, code) in enumerate(originals):
        for side in (0, 1):
            match = next((s for s in reviews[2 * number + side].services if s.billed == billed), None)
            falls[side].append(probability - (match.probabilities[code] if match else 0.0))
    means = [sum(f) / max(1, len(f)) for f in falls]
    wins = sum(a > b for a, b in zip(*falls, strict=True)) / max(1, len(originals))
    return [
        "| services | fall without the spans that pulled | fall without random spans as long | pulling spans move it more |",
        "| --- | --- | --- | --- |",
        f"| {len(originals)} | {means[0]:.3f} | {means[1]:.3f} | {wins:.2f} |",
    ]


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text with stretches replaced by blanks (line breaks stay)."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = ["\n" if c == "\n" else " " for c in letters[start:end]]
    return "".join(letters)


def elsewhere(spans: Sequence[tuple[int, int]], length: int, rng: random.Random) -> list[tuple[int, int]]:
    """Return stretches of the same lengths at random places."""
    return [(at, at + end - start) for start, end in spans for at in [rng.randrange(max(1, length - (end - start)))]]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpora"))
    parser.add_argument("--engine", default=DEFAULT_ENGINE)
    parser.add_argument(
        "--notes", type=int, default=150, help="how many notes, drawn by seed, the edits and the faithfulness are measured on"
    )
    options = parser.parse_args()
    reviewer = Reviewer(Settings(engine=options.engine))
    test = [n for n in notes_of("test", options.corpus) if n.is_whole]
    whole = [n for n in test if not n.is_twin]
    drawn = random.Random(SEED).sample(whole, min(options.notes, len(whole)))
    tables = [
        changed_by_edits(drawn, reviewer),
        contrast_pairs(test, reviewer, whose="contrast pairs of the test split"),
        contrast_pairs(written_to_mislead(options.corpus), reviewer, whose="contrast pairs written to mislead"),
        faithfulness(drawn, reviewer),
    ]
    write_between(Path("README.md"), "robustness", "\n\n".join("\n".join(rows) for rows in tables))


if __name__ == "__main__":
    main()
