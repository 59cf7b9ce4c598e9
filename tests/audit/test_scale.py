"""Memory does not grow with the notes."""

import subprocess
import sys

import pytest
from audited_folder import practice, write_folder

PROGRAM = """
import resource, sys
from pathlib import Path
from note_review.batch.audit import audit
audit(Path(sys.argv[1]), pdf=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_eight_thousand_notes_take_no_more_than_a_few_hundred_megabytes(tmp_path):
    folder = write_folder(tmp_path / "out", practice(8000))
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 800
