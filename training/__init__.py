"""What makes ``models/`` from ``corpora/``: each module is a command of its own."""
