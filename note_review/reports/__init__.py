"""Reviews out: one renderer per file, no judging of its own."""
