"""Memory does not grow with the notes."""

import subprocess
import sys
from pathlib import Path

import pytest
from audited_folder import practice, write_folder

PROGRAM = """
import re, sys
from pathlib import Path
from note_review.batch.audit import audit
audit(Path(sys.argv[1]), pdf=False)
# Not getrusage: its peak is inherited from the process that started this one.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process of its own is read from /proc")
def test_eight_thousand_notes_take_no_more_than_a_few_hundred_megabytes(tmp_path):
    folder = write_folder(tmp_path / "out", practice(8000))
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 500
