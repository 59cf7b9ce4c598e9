"""Files in, notes out: one reader per format, each with a map back to the raw place and what it could not read.

``open_notes`` is the one way in: a file, a folder, a table of notes or standard input.
"""

from note_review.sources.document import Document, Gap, Segment, SourcedNote, UnreadableNote, with_unread
from note_review.sources.formats import DOCUMENT_SUFFIXES, read_document
from note_review.sources.opening import STDIN, TABLE_SUFFIXES, expected_notes, open_notes
from note_review.sources.records import note_from

__all__ = [
    "DOCUMENT_SUFFIXES",
    "STDIN",
    "TABLE_SUFFIXES",
    "Document",
    "Gap",
    "Segment",
    "SourcedNote",
    "UnreadableNote",
    "expected_notes",
    "note_from",
    "open_notes",
    "read_document",
    "with_unread",
]
