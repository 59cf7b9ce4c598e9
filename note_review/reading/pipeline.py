"""The reading as spaCy components: registered factories that anyone can add to an English pipeline.

The reviewer itself makes the same calls without spaCy, whose tokens no rule of the reading uses.

``therapy_sections``  assigns ``doc._.therapy_sections``
``therapy_page``      assigns ``doc._.therapy_page``: services, minutes, claim, plan of care, signature (needs no model)
``therapy_mentions``  assigns ``doc._.therapy_readings`` and the span group ``doc.spans["therapy"]`` (an engine reads)
``therapy_encounter`` assigns ``doc._.therapy_encounter``

Offsets are those of the text, so the reading itself works on characters; the tokens of the Doc carry the span group.
A note's claim and context come in as ``doc.user_data["note"]``; a Doc without one is read as a bare text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from note_review.engines.cascade import Cascade
from note_review.engines.fitted import Fitted
from note_review.note import Note
from note_review.reading.assemble import assemble
from note_review.reading.page import Page, read_page
from note_review.reading.sections import find_sections
from note_review.settings import DEFAULT_ENGINE

BATCH = 16
for _name in ("therapy_sections", "therapy_page", "therapy_readings", "therapy_calibration", "therapy_encounter"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)


@Language.component("therapy_sections", assigns=["doc._.therapy_sections"])
def therapy_sections(doc: Doc) -> Doc:
    """Tile the text with sections."""
    doc._.therapy_sections = find_sections(doc.text)
    return doc


@Language.component("therapy_page", assigns=["doc._.therapy_page"])
def therapy_page(doc: Doc) -> Doc:
    """Read all that grammar alone reads."""
    note = doc.user_data.get("note") or Note(text=doc.text)
    doc._.therapy_page = read_page(note)
    return doc


class MentionReader:
    """Lets an engine read pages, several at a time."""

    def __init__(self, fitted: Fitted | Cascade) -> None:
        self.fitted = fitted

    def __call__(self, doc: Doc) -> Doc:
        """Read one Doc."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Read Docs in order."""
        waiting = iter(stream)
        while batch := list(islice(waiting, min(batch_size, BATCH))):
            pages: list[Page] = [doc._.therapy_page for doc in batch]
            for doc, (readings, fitted) in zip(batch, self.fitted.read(pages), strict=True):
                doc._.therapy_readings = readings
                doc._.therapy_calibration = fitted.calibration
                yield doc


@Language.factory(
    "therapy_mentions",
    assigns=["doc._.therapy_readings"],
    requires=["doc._.therapy_page"],
    default_config={"engine": DEFAULT_ENGINE},
)
def therapy_mentions(nlp: Language, name: str, engine: str) -> MentionReader:
    """Make the component with the engine of that name."""
    from note_review.engines.loading import load_fitted

    return MentionReader(load_fitted(engine))


@Language.component(
    "therapy_encounter",
    assigns=["doc._.therapy_encounter", "doc.spans"],
    requires=["doc._.therapy_page", "doc._.therapy_readings"],
)
def therapy_encounter(doc: Doc) -> Doc:
    """Put page and readings together, and show the mentions as a span group."""
    encounter = assemble(doc._.therapy_page, doc._.therapy_readings, doc._.therapy_calibration)
    doc._.therapy_encounter = encounter
    spans = [doc.char_span(*m.span, label=f"{m.kind}:{m.attribute}", alignment_mode="expand") for m in encounter.mentions]
    doc.spans["therapy"] = [s for s in spans if s is not None]
    return doc
