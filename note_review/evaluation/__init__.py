"""Scoring against annotated notes: the format, the scores, the report."""
