"""A batch in a process of its own, so that a test can kill it."""

import sys
from pathlib import Path

import fake_reviewer

from note_review.batch import BatchOptions, run_batch


def main():
    source, out, workers = sys.argv[1:]
    options = BatchOptions(progress=True, shard=5, timeout=30, factory=fake_reviewer.build)
    result = run_batch(Path(source), Path(out), workers=int(workers), options=options)
    print(result.reviewed, result.failed, result.resumed, result.redone)


if __name__ == "__main__":
    main()
