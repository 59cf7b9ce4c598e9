"""Files in, notes out: one reader per format, each with a map back to the raw place and what it could not read.

``open_notes`` is the one way in: a file, a folder, a table of notes or standard input.
"""

from note_review.sources.document import Document, Entry, Gap, Segment, SourcedNote, UnreadableNote, with_unread
from note_review.sources.formats import DOCUMENT_SUFFIXES, read_document
from note_review.sources.intake import Input, Intake
from note_review.sources.opening import STDIN, TABLE_SUFFIXES, expected_notes, open_inputs, open_notes
from note_review.sources.parcel import Parcel
from note_review.sources.records import note_from, refuse_misspelled
from note_review.sources.rows import parse_columns

__all__ = [
    "DOCUMENT_SUFFIXES",
    "STDIN",
    "TABLE_SUFFIXES",
    "Document",
    "Entry",
    "Gap",
    "Input",
    "Intake",
    "Parcel",
    "Segment",
    "SourcedNote",
    "UnreadableNote",
    "expected_notes",
    "note_from",
    "open_inputs",
    "open_notes",
    "parse_columns",
    "read_document",
    "refuse_misspelled",
    "with_unread",
]
