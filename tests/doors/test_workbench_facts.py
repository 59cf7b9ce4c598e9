"""What the queue says of a note with several services: the judged service's reading, and whether it is another code's."""

import pytest
from fake_reviewer import make_review
from sqlalchemy import insert, select
from workbench_visitor import TEXT

from note_review.note import Note, note_of
from note_review.server.database import open_database
from note_review.workbench.facts import facts_of
from note_review.workbench.pages import environment
from note_review.workbench.queue import reads_otherwise
from note_review.workbench.tables import notes

NOTE = note_of({"id": "several", "text": TEXT, "claim": [{"code": "97112", "units": 1}, {"code": "97110", "units": 2}]})
SURE = {"97112": 0.98, "97110": 0.02, "97530": 0.0, "other": 0.0}


def review_of(note: Note, *services: tuple[str | None, str]) -> dict:
    """A review whose note reads as 97110 whatever its services, each of a billed code and a reading, read as."""
    review = make_review(note).model_dump()
    whole = {**review["services"][0], "probabilities": SURE}
    review["services"] = [{**whole, "billed": billed, "reads_as": reads} for billed, reads in services]
    return {**review, "reads_as": "97110", "probabilities": {"97112": 0.3, "97110": 0.7, "97530": 0.0, "other": 0.0}}


def test_a_note_of_several_services_reads_as_the_judged_one():
    facts = facts_of(NOTE, review_of(NOTE, ("97110", "97110"), ("97112", "97112")))
    assert (facts["code"], facts["reads_as"], facts["sureness"]) == ("97112", "97112", 0.98)


def test_a_claimed_code_that_no_service_bears_is_undetermined():
    assert facts_of(NOTE, review_of(NOTE, ("97110", "97110")))["reads_as"] == "undetermined"


def test_without_a_code_the_note_s_own_reading_is_shown():
    unclaimed = note_of({"id": "unclaimed", "text": TEXT})
    facts = facts_of(unclaimed, review_of(unclaimed, (None, "97112")))
    assert (facts["reads_as"], facts["sureness"]) == ("97110", 0.7)


READINGS = [
    ("97112", "97112", "as billed", False), ("97112", "97110", "other", True), ("97112", "other", "other", True),
    ("97112", "undetermined", "undetermined", False), ("97116", "other", "as billed", False),
    ("97116", "97112", "other", True), ("97116", "undetermined", "undetermined", False),
]  # fmt: skip


@pytest.mark.parametrize(("code", "reads", "said", "counts"), READINGS)
def test_only_another_code_s_reading_is_red_and_counted(tmp_path, code, reads, said, counts):
    shown = environment().get_template("parts/macros.html").module.code(code, reads)
    assert ('class="code other"' in shown) == counts
    assert ("as billed" in shown) == (said == "as billed")
    database = open_database(f"sqlite:///{tmp_path / 'state.db'}")
    row = {"id": "n", "tenant": "t", "fingerprint": "f", "origin": "file", "added": 0.0, "added_by": "a", "state": "open", "label": b"", "note": b""}  # fmt: skip
    with database.writing() as connection:
        connection.execute(insert(notes).values(**row, code=code, reads_as=reads))
        assert (connection.scalar(select(notes.c.id).where(reads_otherwise())) == "n") == counts
    database.close()
