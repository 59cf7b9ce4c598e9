"""Reading: text to :class:`~note_review.encounter.Encounter`.

Each file holds one pure reader; ``pipeline.py`` makes spaCy components of them.
"""
