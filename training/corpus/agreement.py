"""Agreement of two annotators blind to each other: span F1, and kappa of code, risk, missing elements and reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from note_review.evaluation.annotated import REASONS, AnnotatedNote
from note_review.evaluation.scores import FIELDS, f1, kappa, tally
from note_review.risk import ELEMENTS


def as_review(note: AnnotatedNote) -> dict[str, object]:
    """Return an annotation in the shape of a review, so that one annotator is scored against the other."""
    fields: dict[str, object] = {}
    for label, (name, attribute) in FIELDS.items():
        rows = []
        for span in note.spans_of(label):
            scope, _, value = span.attribute.rpartition(":")
            row: dict[str, object] = {"start": span.start, "end": span.end}
            row |= {"scope": scope, "value": value} if label == "M" else {attribute or "": span.attribute}
            rows.append(row)
        fields[name] = rows
    header = note.header
    fields |= {k: header[k] for k in ("reads_as", "services", "missing")}
    fields["risk"] = {"level": header["risk"], "score": 0.0, "reasons": [{"reason": r} for r in header["reasons"]]}
    return fields


def report(first: Sequence[AnnotatedNote], second: Sequence[AnnotatedNote]) -> Iterator[str]:
    """Yield the agreement table over the notes that both annotated."""
    others = {note.id: note for note in second}
    pairs = [(a, others[a.id]) for a in first if a.id in others]
    texts = sum(a.text != b.text for a, b in pairs)
    yield f"{len(pairs)} notes annotated twice" + (f"; {texts} whose texts differ are left out" if texts else "")
    pairs = [(a, b) for a, b in pairs if a.text == b.text]
    tallies = [tally(a, as_review(b)) for a, b in pairs]
    for name, _ in FIELDS.values():
        hit, said, real = (sum(t.counts[f"{name}.token.{k}"] for t in tallies) for k in ("hit", "said", "real"))
        yield f"{name}_token_f1 {f1(hit, said, real):.3f}"
    lengths, same = (sum(t.counts[f"minutes.{k}"] for t in tallies) for k in ("n", "scope"))
    yield f"minutes_value_and_scope {same / max(1, lengths):.3f}"
    yield f"code_kappa {kappa([t.code for t in tallies]):.3f}"
    yield f"risk_kappa {kappa([t.level for t in tallies]):.3f}"
    yield f"service_code_agreement {_share([p for t in tallies for p in t.services]):.3f}"
    for field, names in (("missing", ELEMENTS), ("reasons", REASONS)):
        decisions = [(str(n in a.header[field]), str(n in b.header[field])) for a, b in pairs for n in names]
        yield f"{field}_kappa {kappa(decisions):.3f}"


def _share(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(a == b for a, b in pairs) / max(1, len(pairs))
