"""``python -m note_review`` is the command line."""

from note_review.cli import main

if __name__ == "__main__":
    main()
