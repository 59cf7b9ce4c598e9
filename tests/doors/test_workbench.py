"""The workbench by HTTP: who gets in, what comes into the queue, steps and decisions, and what of a note stays where it belongs."""

import html
import itertools
import re
import subprocess
import sys

import httpx
import pytest
from server_process import Server, assert_problem
from sqlalchemy import select
from workbench_visitor import PASSWORD, TEXT, Visitor, add_user

from note_review.server.audit import audit_log
from note_review.server.database import open_database

COUNT = itertools.count(1000)
USERS = {"ana": "coder", "bo": "coder", "lea": "lead", "rita": "read-only"}


@pytest.fixture(scope="module")
def server(shared_database_url, tmp_path_factory):
    for name, role in USERS.items():
        add_user(shared_database_url, name, role)
    add_user(shared_database_url, "olga", "lead", tenant="other")
    started = Server(tmp_path_factory.mktemp("workbench") / "log", NOTE_REVIEW_DATABASE=shared_database_url)
    yield started
    started.stop()
    assert "CANARY" not in started.log.read_text()
    assert "Traceback" not in started.log.read_text()


@pytest.fixture(scope="module")
def people(server):
    found = {name: Visitor(server, name) for name in (*USERS, "olga")}
    for visitor in found.values():
        assert visitor.sign_in().status_code == 303
    yield found
    for visitor in found.values():
        visitor.http.close()


@pytest.fixture
def visit(server):
    came = []

    def visitor(name):
        came.append(Visitor(server, name))
        return came[-1]

    yield visitor
    for visitor in came:
        visitor.http.close()


@pytest.fixture
def fresh(people):
    """A way to put new notes in and learn their ids."""

    def put(*endings):
        before = set(people["lea"].listed("?state=all"))
        people["ana"].add(*[TEXT.format(f"{ending}{next(COUNT)}") for ending in endings])
        return sorted(set(people["lea"].listed("?state=all")) - before)

    return put


def test_without_a_session_a_page_is_the_way_to_sign_in(server):
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        sent = client.get("/workbench/notes/abcdefghijkm", headers={"Accept": "text/html"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/workbench/login?next=/workbench/notes/abcdefghijkm")
        assert client.get("/workbench/progress").status_code == 401
        assert client.get("/workbench/static/keys.js").headers["content-type"].startswith("text/javascript")
        assert client.get("/workbench/static/..%2fpages.py").status_code in (401, 404)


def test_a_browser_at_the_bare_address_is_sent_to_the_workbench(server):
    sent = httpx.get(server.url, headers={"Accept": "text/html"}, trust_env=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/workbench")
    assert_problem(httpx.get(server.url, trust_env=False), 401)


def test_an_unknown_page_is_told_on_a_page_and_to_a_program_as_a_problem(people):
    ana = people["ana"]
    said = ana.page("/workbench/nowhere", status=404)
    assert "There is nothing at this address." in said.text
    assert "Back to the queue" in said.text
    assert ana.http.get("/workbench/undo").headers["allow"] == "POST"
    assert_problem(ana.http.get("/workbench/nowhere", headers={"Accept": "application/json"}), 404)


def test_a_session_opens_the_workbench_and_nothing_else(people):
    cookie = next(iter(people["ana"].http.cookies.jar))
    assert cookie.path == "/workbench"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"
    answer = people["ana"].http.get("/v1/rules", headers={"Cookie": f"{cookie.name}={cookie.value}"})
    assert answer.status_code == 401


def test_every_page_lets_nothing_in_from_elsewhere(people):
    for path in ("/workbench", "/workbench/add", "/workbench/settings", "/workbench/login"):
        policy = people["lea"].page(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_a_wrong_password_is_told_and_five_lock_for_a_while(visit, shared_database_url):
    add_user(shared_database_url, "tess")
    tess = visit("tess")
    for _ in range(5):
        assert tess.sign_in("not the password").status_code == 401
    assert tess.sign_in(PASSWORD).status_code == 401


def test_what_is_sent_without_the_page_s_token_is_refused(people):
    ana = people["ana"]
    assert ana.http.post("/workbench/undo", data={"token": "0" * 64}).status_code == 403
    assert (
        ana.http.post("/workbench/undo", data={"token": ana.token}, headers={"Origin": "https://elsewhere.example"}).status_code
        == 403
    )
    assert (
        ana.http.post("/workbench/files", content=b"x", headers={"Content-Type": "application/octet-stream"}).status_code == 403
    )


def test_sign_in_returns_only_to_our_own_pages(visit):
    ana = visit("ana")
    answer = ana.http.post("/workbench/login", data={"name": "ana", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.headers["location"] == "/workbench"


def users(url, *arguments, typed=""):
    command = [sys.executable, "-m", "note_review", "users", *arguments, "--database", url]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False)


def test_signing_out_and_disabling_end_a_session(visit, shared_database_url):
    assert users(shared_database_url, "add", "uma", typed="too short\n").returncode == 2
    assert users(shared_database_url, "add", "uma", "--role", "coder", typed=f"{PASSWORD}\n").returncode == 0
    assert re.search(r"(?m)^uma +coder +default +active$", users(shared_database_url, "list").stdout)
    here, there = visit("uma"), visit("uma")
    here.sign_in(), there.sign_in()
    here.post("/workbench/logout")
    assert here.http.get("/workbench").status_code == 303
    assert there.http.get("/workbench").status_code == 200
    assert users(shared_database_url, "disable", "uma").returncode == 0
    assert there.http.get("/workbench").status_code == 303
    assert here.sign_in().status_code == 401


def test_a_note_is_put_in_once_and_found_by_its_words(people, fresh):
    (id,) = fresh("once")
    ending = f"once{next(COUNT) - 1}"
    again = people["ana"].add(TEXT.format(ending))
    assert (again["notes"], again["new"]) == (1, 0)
    people["ana"].post("/workbench/search", q=f"{ending} ANKLE")
    assert people["ana"].listed("?state=all") == [id]
    people["ana"].post("/workbench/search", q="nowhere-word")
    assert people["ana"].listed("?state=all") == []
    people["ana"].post("/workbench/search", q="")


def test_what_cannot_be_read_is_told_and_the_rest_is_there(people):
    said = people["ana"].add(data=b'{"text": "97112 x 23 min one good note in a bad file"}\nnot json\n', name="../../mixed.jsonl")
    assert said["new"] == 1
    assert said["problems"]
    assert not any("good note" in problem for problem in said["problems"])


def test_a_pasted_note_without_text_or_with_a_bad_claim_is_refused(people):
    assert people["ana"].post("/workbench/paste", text=" ").status_code == 422
    refused = people["ana"].post("/workbench/paste", text="97112 x 8 min", claim="9711")
    assert refused.status_code == 422
    assert '<p class="alert" role="alert">claim: line 1: wants CODE:UNITS:MODIFIERS' in refused.text


def test_tenants_do_not_see_each_other(people, fresh):
    (id,) = fresh("mine")
    assert people["olga"].listed("?state=all") == []
    assert people["olga"].http.get(f"/workbench/notes/{id}").status_code == 404
    assert people["olga"].step(id, revision=0, do="risk", risk="low").status_code == 404


def test_roles(people, fresh):
    (id,) = fresh("role")
    rita = people["rita"]
    assert "You read and decide nothing" in rita.page(f"/workbench/notes/{id}").text
    assert rita.decide(id).status_code == 403
    assert rita.step(id, do="risk", risk="low").status_code == 403
    assert rita.http.get("/workbench/add").status_code == 403
    assert people["ana"].post("/workbench/batch", batch=".").status_code == 403


def test_a_step_is_kept_and_taken_back(people, fresh):
    (id,) = fresh("step")
    ana = people["ana"]
    added = ana.step(id, do="add", label="T", attribute="neuromuscular", start=22, end=37).json()
    assert added["revision"] == 1
    assert added["mark"] == 23, "the mark begins at the word, not at the blank before it"
    assert 'data-tag="technique · neuromuscular"' in added["lines"]["0"]
    assert ana.revision(id) == 1, "loading the page again shows what was kept"
    moved = ana.step(id, do="move", mark=23, edge="end", by=1).json()
    assert moved["revision"] == 2
    assert ana.step(id, do="undo").json()["revision"] == 1
    assert ana.step(id, do="undo").json()["revision"] == 0
    assert "technique · neuromuscular" not in ana.page(f"/workbench/notes/{id}").text


def test_a_step_behind_another_page_s_back_is_refused(people, fresh):
    (id,) = fresh("race")
    ana = people["ana"]
    assert ana.step(id, revision=0, do="risk", risk="low").status_code == 200
    assert ana.step(id, revision=0, do="risk", risk="high").status_code == 409


@pytest.mark.parametrize(
    "step",
    [
        {"do": "nothing"}, {"do": "add", "label": "X", "start": 0, "end": 4}, {"do": "add", "label": "D", "start": 4, "end": 2},
        {"do": "add", "label": "D", "start": 0, "end": 10**9}, {"do": "move", "mark": 10**6, "edge": "end", "by": 1},
        {"do": "risk", "risk": "none"}, {"do": "reason", "reason": "<b>"}, {"do": "code", "code": "99999", "service": 0}, {"do": "relabel"},
        {"do": "add", "label": "M", "attribute": "x|y:3", "start": 0, "end": 4}, {"do": "dismiss", "reason": "response_missing", "why": "because"},
    ],
)  # fmt: skip
def test_a_step_that_makes_no_sense_changes_nothing(people, fresh, step):
    (id,) = fresh("odd")
    answer = people["ana"].step(id, **step)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert people["ana"].revision(id) == 0


def test_a_dismissed_reason_and_a_found_element_change_the_risk_by_the_guide(people, fresh):
    (id,) = fresh("risk")
    said = people["ana"].step(id, do="dismiss", reason="response_missing", why="elsewhere").json()
    assert "Dismissed: it is documented elsewhere in the record." in said["panels"]["reasons"]
    assert 'level-low"' in said["panels"]["verdict"]


def test_deciding_twice_decides_once_and_undo_takes_it_back(people, fresh, shared_database_url):
    (id,) = fresh("twic")
    ana, version = people["ana"], people["ana"].version(id)
    first, second = ana.decide(id, version=version), ana.decide(id, version=version)
    assert (first.status_code, second.status_code) == (303, 303)
    assert id in ana.listed("?state=decided") + ana.listed("?state=second")
    back = ana.post("/workbench/undo")
    assert back.headers["location"].startswith(f"/workbench/notes/{id}")
    assert id not in ana.listed("?state=decided") + ana.listed("?state=second")


def test_two_at_once_get_two_notes_and_the_later_decision_is_refused(people, fresh):
    (id,) = fresh("both")
    versions = {name: people[name].version(id) for name in ("ana", "bo")}
    assert people["ana"].decide(id, version=versions["ana"]).status_code == 303
    assert people["bo"].decide(id, version=versions["bo"]).status_code == 409
    ahead = {people[name].http.get("/workbench/next").headers["location"] for name in ("ana",)}
    people["ana"].page(next(iter(ahead)))
    assert people["bo"].http.get("/workbench/next").headers["location"] not in ahead


def test_sent_back_with_a_question_that_names_no_answer(people, fresh):
    (id,) = fresh("back")
    ana = people["ana"]
    page = ana.page(f"/workbench/notes/{id}").text
    query = page.split('id="query"')[1].split(">", 1)[1].split("</textarea>")[0]
    assert "?" in query
    for suggested in ("97112", "foam", "measured response", "denied", "risk", "$"):
        assert suggested not in query
    assert ana.decide(id, action="send_back", query=" ").status_code == 422
    assert ana.decide(id, action="send_back", query=query).status_code == 303
    assert id in ana.listed("?state=sent_back")
    ana.post(f"/workbench/notes/{id}/reopen")
    assert id in ana.listed()


def test_a_deleted_note_is_gone_with_its_words(people, fresh):
    (id,) = fresh("dele")
    people["ana"].decide(id)
    assert people["ana"].post(f"/workbench/notes/{id}/delete").status_code == 403
    assert people["lea"].post(f"/workbench/notes/{id}/delete").status_code == 303
    assert people["lea"].http.get(f"/workbench/notes/{id}").status_code == 404
    assert people["lea"].post(f"/workbench/notes/{id}/delete").status_code == 404


def test_a_note_full_of_markup_is_shown_as_it_is(people):
    ana, text = people["ana"], '97112 x 9 min <script>alert(1)</script> "q" & <b>deficit</b> </textarea>\U0001f642 end'
    before = set(ana.listed("?state=all"))
    ana.add(text)
    (id,) = set(ana.listed("?state=all")) - before
    page = ana.page(f"/workbench/notes/{id}").text
    assert "<script>alert" not in page
    shown = re.findall(r'<div class="line" id="l\d+" data-start="\d+">(.*?)</div>', page)
    assert html.unescape(re.sub(r"<[^>]*>", "", "\n".join(shown))) == text


def test_all_of_it_is_in_the_audit_log_without_a_word_of_a_note(people, fresh, server, shared_database_url):
    (id,) = fresh("logg")
    people["ana"].decide(id)
    database = open_database(shared_database_url)
    with database.reading() as connection:
        rows = [
            tuple(row)
            for row in connection.execute(select(*[audit_log.c[name] for name in ("client", "action", "subject", "outcome")]))
        ]
    database.close()
    assert ("user:ana", "POST /workbench/notes/{id}/decide", id, "303") in rows
    assert ("user:unknown", "workbench.sign-in", "", "refused") in rows
    assert ("user:ana", "workbench.sign-in", "", "done") in rows
    assert "CANARY" not in str(rows)
    assert PASSWORD not in str(rows)
