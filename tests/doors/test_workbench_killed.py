"""The workbench's server killed with -9 while decisions come in: the database is whole and holds every decision that was answered."""

import threading

import httpx
import pytest
from server_process import Server
from sqlalchemy import select
from workbench_visitor import TEXT, Visitor, add_user

from note_review.server.audit import AuditLog
from note_review.server.database import open_database
from note_review.workbench.tables import decisions, flags, notes

pytestmark = pytest.mark.slow
COUNT = 60
BEFORE = 15


def decide_until_the_end(visitor, ids, answered, enough):
    for id in ids:
        try:
            if visitor.step(id, do="risk", risk="low").status_code == 200 and visitor.decide(id).status_code == 303:
                answered.append(id)
        except httpx.HTTPError:
            return
        if len(answered) >= BEFORE:
            enough.set()


def test_no_answered_decision_is_lost_and_the_database_is_whole(tmp_path, database_url):
    for name in ("ana", "bo"):
        add_user(database_url, name)
    first = Server(tmp_path / "log", NOTE_REVIEW_DATABASE=database_url)
    visitors = [Visitor(first, name) for name in ("ana", "bo")]
    for visitor in visitors:
        visitor.sign_in()
    visitors[0].add(*[TEXT.format(f"kill{n:03d}") for n in range(COUNT)])
    ids = visitors[0].listed()
    ids += [id for id in visitors[1].listed("?state=all") if id not in ids]
    answered, enough = [], threading.Event()
    works = [
        threading.Thread(target=decide_until_the_end, args=(visitor, ids[n::2], answered, enough))
        for n, visitor in enumerate(visitors)
    ]
    for work in works:
        work.start()
    assert enough.wait(120)
    first.kill()
    for work in works:
        work.join(60)
    for visitor in visitors:
        visitor.http.close()
    assert BEFORE <= len(answered) < len(ids), "it was killed in the middle"

    second = Server(tmp_path / "log2", NOTE_REVIEW_DATABASE=database_url)
    ana = Visitor(second, "ana")
    ana.sign_in()
    closed_again = set(ana.listed("?state=decided")) | set(ana.listed("?state=second"))
    assert set(answered) <= closed_again, "a second reader is drawn for some"
    ana.http.close()
    second.stop()

    database = open_database(database_url)
    with database.reading() as connection:
        if database.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        read = dict(connection.execute(select(notes.c.id, notes.c.state)).all())
        numbers = dict(connection.execute(select(notes.c.id, notes.c.number)).all())
        said = connection.execute(select(decisions.c.note, decisions.c.number)).all()
        judged = set(connection.scalars(select(flags.c.decision)))
    decided = [note for note, _ in said]
    assert len(read) == COUNT
    assert len(decided) == len(set(decided)), "no note was decided twice"
    for id in answered:
        assert read[id] in ("decided", "second")
        assert numbers[id] in decided
    closed = {numbers[id] for id, state in read.items() if state in ("decided", "second")}
    assert closed == set(decided), "a note and its decision stand or fall together"
    assert judged <= {number for _, number in said}
    AuditLog(database).verify()
    database.close()
