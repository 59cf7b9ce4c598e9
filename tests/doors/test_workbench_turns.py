"""The workbench by HTTP: users made in the browser, steps taken again, answers that come back, sums that lead to their notes."""

import html
import itertools
import re

import pytest
from server_process import Server
from sqlalchemy import select, update
from workbench_visitor import PASSWORD, TEXT, Visitor, add_user

from note_review.server.audit import audit_log
from note_review.server.database import open_database
from note_review.workbench.tables import answers, notes

COUNT = itertools.count(5000)
OTHER = "another password for tests"


@pytest.fixture(scope="module")
def server(shared_database_url, tmp_path_factory):
    for name, role, tenant in (("ana", "coder", "default"), ("lea", "lead", "default"), ("olga", "lead", "other")):
        add_user(shared_database_url, name, role, tenant=tenant)
    started = Server(tmp_path_factory.mktemp("workbench") / "log", NOTE_REVIEW_DATABASE=shared_database_url)
    yield started
    started.stop()
    assert "CANARY" not in started.log.read_text()
    assert "Traceback" not in started.log.read_text()


@pytest.fixture
def visit(server):
    came = []

    def visitor(name, password=PASSWORD):
        came.append(Visitor(server, name))
        assert came[-1].sign_in(password).status_code == 303
        return came[-1]

    yield visitor
    for visitor in came:
        visitor.http.close()


@pytest.fixture
def lea(visit):
    visitor = visit("lea")
    visitor.post("/workbench/thresholds", double_share="0", random_share="0")
    return visitor


@pytest.fixture
def ana(visit):
    return visit("ana")


@pytest.fixture
def note(lea, ana):
    before = set(lea.listed("?state=all"))
    ana.add(TEXT.format(f"turn{next(COUNT)}"))
    (id,) = set(lea.listed("?state=all")) - before
    return id


def audited(url):
    database = open_database(url)
    with database.reading() as connection:
        rows = connection.execute(select(audit_log.c.client, audit_log.c.action, audit_log.c.subject, audit_log.c.tenant)).all()
    database.close()
    return [tuple(row) for row in rows]


def test_a_lead_makes_changes_resets_and_disables_a_user(visit, lea, shared_database_url):
    assert lea.post("/workbench/users", name="tom", role="read-only", password=PASSWORD).status_code == 303
    tom = visit("tom")
    assert tom.http.get("/workbench/add").status_code == 403
    assert lea.post("/workbench/users/role", name="tom", role="coder").status_code == 303
    assert tom.http.get("/workbench").status_code == 303, "a change of role ends the session"
    assert visit("tom").http.get("/workbench/add").status_code == 200
    assert lea.post("/workbench/users/password", name="tom", password=OTHER).status_code == 303
    assert tom.sign_in(PASSWORD).status_code == 401
    tom = visit("tom", OTHER)
    assert lea.post("/workbench/users/disable", name="tom").status_code == 303
    assert tom.http.get("/workbench").status_code == 303
    assert tom.sign_in(OTHER).status_code == 401
    assert "disabled" in lea.page("/workbench/users").text
    rows = audited(shared_database_url)
    for action in ("user.add", "user.role", "user.password", "user.disable"):
        assert ("user:lea", action, "tom", "default") in rows
    assert OTHER not in str(rows)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("", {"name": "ana", "role": "coder", "password": PASSWORD}),
        ("", {"name": "Up Per", "role": "coder", "password": PASSWORD}),
        ("", {"name": "kim", "role": "owner", "password": PASSWORD}),
        ("", {"name": "kim", "role": "coder", "password": "short"}),
        ("/role", {"name": "ana", "role": "owner"}),
        ("/role", {"name": "lea", "role": "coder"}),
        ("/disable", {"name": "lea"}),
        ("/disable", {"name": "nobody"}),
        ("/role", {"name": "olga", "role": "coder"}),
        ("/password", {"name": "olga", "password": OTHER}),
        ("/disable", {"name": "olga"}),
    ],
)
def test_what_a_lead_may_not_do_changes_nothing(visit, lea, path, fields):
    before = lea.page("/workbench/users").text.count("<h2")
    assert lea.post(f"/workbench/users{path}", **fields).status_code == 422
    assert lea.page("/workbench/users").text.count("<h2") == before
    assert visit("olga").http.get("/workbench/users").status_code == 200


def test_users_are_for_leads_and_for_the_own_tenant(ana, visit):
    assert ana.http.get("/workbench/users").status_code == 403
    assert "/workbench/users" not in ana.page("/workbench").text
    assert ana.post("/workbench/users", name="eve", role="lead", password=PASSWORD).status_code == 403
    assert ana.post("/workbench/users/role", name="ana", role="lead").status_code == 403
    shown = visit("olga").page("/workbench/users").text
    assert "olga" in shown
    assert ">ana<" not in shown


def test_steps_taken_back_are_taken_again_in_order(ana, note):
    ana.step(note, do="risk", risk="low")
    ana.step(note, do="risk", risk="high")
    assert ana.step(note, do="undo").json()["redo"] is True
    assert ana.step(note, do="undo").json()["revision"] == 0
    once = ana.step(note, do="redo").json()
    assert (once["revision"], once["redo"]) == (1, True)
    assert re.search(r'level-low"[^>]*aria-pressed="true"', once["panels"]["verdict"])
    twice = ana.step(note, do="redo").json()
    assert (twice["revision"], twice["redo"]) == (2, False)
    assert re.search(r'level-high"[^>]*aria-pressed="true"', twice["panels"]["verdict"])
    assert ana.step(note, do="redo").json()["revision"] == 2, "there is nothing more to take again"


def test_a_new_step_ends_what_could_be_taken_again(ana, note):
    ana.step(note, do="risk", risk="low")
    ana.step(note, do="undo")
    assert 'id="step-redo" hidden' not in ana.page(f"/workbench/notes/{note}").text
    assert ana.step(note, do="risk", risk="high").json()["redo"] is False
    assert ana.step(note, do="undo").json()["redo"] is True
    again = ana.step(note, do="redo").json()
    assert re.search(r'level-high"[^>]*aria-pressed="true"', again["panels"]["verdict"])


def test_an_answer_comes_back_with_its_note_and_is_sealed_with_it(lea, ana, note, shared_database_url):
    assert ana.post(f"/workbench/notes/{note}/answer", answer="CANARY too early").status_code == 409
    assert ana.decide(note, action="send_back", query="Which deficit was seen?").status_code == 303
    assert ana.post(f"/workbench/notes/{note}/answer", answer=" ").status_code == 422
    assert ana.post(f"/workbench/notes/{note}/answer", answer="x" * 20_001).status_code == 422
    said = "CANARY delayed ankle strategy <b>left</b>, per addendum"
    assert ana.post(f"/workbench/notes/{note}/answer", answer=said).status_code == 303
    assert note in ana.listed("?state=answered")
    assert note in ana.listed()
    page = html.unescape(ana.page(f"/workbench/notes/{note}").text)
    assert said in page
    assert "Which deficit was seen?" in page
    assert "<b>left" not in ana.page(f"/workbench/notes/{note}").text
    assert ana.post(f"/workbench/notes/{note}/answer", answer="twice").status_code == 409
    assert ana.decide(note).status_code == 303
    assert note in ana.listed("?state=decided")
    ana.post("/workbench/undo")
    assert note in ana.listed("?state=answered"), "taken back, it is again what it was"
    database = open_database(shared_database_url)
    with database.reading() as connection:
        kept = connection.scalars(select(answers.c.text)).all()
    assert kept
    assert lea.post(f"/workbench/notes/{note}/delete").status_code == 303
    with database.reading() as connection:
        assert len(connection.scalars(select(answers.c.text)).all()) == len(kept) - 1
    database.close()
    assert "CANARY" not in str(audited(shared_database_url))


def test_every_figure_of_the_dashboard_leads_to_its_notes(lea, note, shared_database_url):
    database = open_database(shared_database_url)
    with database.writing() as connection:
        connection.execute(update(notes).where(notes.c.id == note).values(amount=70.0, at_stake=12.5))
    database.close()
    page = lea.page("/workbench/dashboard").text
    figures = re.findall(r'<td class="number">(.*?)</td>', page)
    assert figures
    for figure in figures:
        shown = re.sub("<[^>]*>", "", figure)
        assert "href=" in figure or shown in ("0", "$0.00"), shown
    links = {html.unescape(link) for link in re.findall(r'href="(/workbench\?[^"]*money=[^"]*)"', page)}
    assert {re.search("money=([a-z_]+)", link)[1] for link in links} == {"billed", "at_stake", "open"}
    for link in links:
        assert note in lea.listed(link.removeprefix("/workbench")), link
    assert lea.http.get("/workbench?money=mine").status_code == 404
