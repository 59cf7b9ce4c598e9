"""Engines: what reads mentions and codes. Each has the methods of :class:`~note_review.engines.base.Engine`."""
