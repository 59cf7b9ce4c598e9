"""Ten thousand notes in the queue: every page of it answers at once. Slow, for the putting in."""

import random
import time

import pytest
from fake_reviewer import make_review
from server_process import Server
from workbench_visitor import Visitor, add_user

from note_review.server.audit import AuditLog
from note_review.server.database import open_database
from note_review.server.sealing import Seal
from note_review.sources import SourcedNote
from note_review.workbench.facts import WordKeys
from note_review.workbench.store import Arrived, Notes

pytestmark = pytest.mark.slow
COUNT = 10_000
LONGEST = 1.5  # seconds: a tenth of it is usual, the machine of the tests is shared
VOCABULARY = [f"word{n}" for n in range(3000)]


def arrived(rng, n):
    words = " ".join(rng.choices(VOCABULARY, k=40))
    text = f"Visit {n}: 97112 x {rng.randint(8, 45)} min tandem on foam, delayed ankle strategy. {words}"
    about = {
        "clinician": f"Clinician {n % 60}",
        "payer": ("medicare", "other")[n % 2],
        "date_of_service": f"2026-{n % 12 + 1:02d}-05",
    }
    note = SourcedNote.model_validate({"id": f"n-{n}", "text": text, "claim": [{"code": "97112", "units": 2}], **about})
    review = make_review(note)
    risk = review.risk.model_copy(update={"score": rng.random(), "level": rng.choice(["low", "moderate", "high"])})
    return Arrived(note, review.model_copy(update={"risk": risk}).as_json().encode())


@pytest.fixture(scope="module")
def visitor(shared_database_url, tmp_path_factory):
    add_user(shared_database_url, "lea", "lead")
    database, rng = open_database(shared_database_url), random.Random(5)
    database.secret("fingerprint")
    store = Notes(Seal(), WordKeys(b"a key"), AuditLog(database))
    for begin in range(0, COUNT, 500):
        some = [arrived(rng, n) for n in range(begin, begin + 500)]
        with database.writing() as connection:
            store.put(connection, some, tenant="default", person="lea", origin="batch")
    with database.writing() as connection:
        # PostgreSQL does it by itself within a minute of so many rows; until then it plans as if there were none.
        connection.exec_driver_sql("ANALYZE")
    server = Server(tmp_path_factory.mktemp("scale") / "log", NOTE_REVIEW_DATABASE=shared_database_url)
    lea = Visitor(server, "lea")
    lea.sign_in()
    yield lea
    lea.http.close()
    server.stop()
    database.close()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?state=all",
        "?level=high&clinician=Clinician+7",
        "?reason=response_missing&month=2026-03",
        "/next",
        "/dashboard",
        "/calibration",
        "/progress",
    ],
)
def test_every_page_answers_at_once(visitor, path):
    visitor.http.get(f"/workbench{path}")
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        answer = visitor.http.get(f"/workbench{path}")
        took.append(time.perf_counter() - begun)
        assert answer.status_code in (200, 303)
    print(f"/workbench{path}: {sorted(took)[2] * 1000:.0f} ms")
    assert sorted(took)[2] < LONGEST


def test_pages_behind_one_another_hold_every_note_once(visitor):
    seen, path = [], "?state=all"
    for _ in range(12):
        begun = time.perf_counter()
        page = visitor.page(f"/workbench{path}").text
        assert time.perf_counter() - begun < 4 * LONGEST
        seen += visitor.listed(path)
        path = "?" + page.split('rel="next"')[0].rpartition('href="/workbench?')[2].split('"')[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 600


def test_lots_stand_among_the_first_as_often_as_among_all(visitor):
    first = visitor.page("/workbench?state=all").text
    assert 0 <= first.count(">by lot<") <= 20
    drawn = int(
        visitor.page("/workbench?state=all&random=1").text.split('All <span class="count">')[1].split("<")[0].replace(",", "")
    )
    assert 0.08 * COUNT < drawn < 0.12 * COUNT
