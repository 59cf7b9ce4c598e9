"""The OAuth2 client-credentials grant: a key's id and secret for a token that ends soon, and with its key."""

import time

import httpx
import jwt
import pytest
from server_process import NOTE, Server, assert_problem

from note_review.server import access_tokens
from note_review.server.database import open_database
from note_review.server.keys import Keys


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("tokens") / "log")
    yield started
    started.stop()
    assert "CANARY" not in started.log.read_text()


@pytest.fixture
def keys(server):
    database = open_database(f"sqlite:///{server.log.parent / 'state.db'}")
    yield Keys(database)
    database.close()


def ask(server, **how):
    return httpx.post(f"{server.url}/oauth/token", trust_env=False, **how)


def test_a_token_for_a_key(server, keys):
    key, written = keys.create(tenant="a", name="t", scopes=["review", "jobs"])
    secret = written.split("_", 2)[2]
    form = {"grant_type": "client_credentials"}
    for how in (
        {"data": form, "auth": (key.id, secret)},
        {"data": {**form, "client_id": key.id, "client_secret": secret}},
        {"data": {**form, "client_id": key.id, "client_secret": written}},
    ):
        answer = ask(server, **how)
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        told = answer.json()
        assert (told["token_type"], told["scope"]) == ("Bearer", "jobs review")
        with server.client(told["access_token"]) as client:
            assert client.post("/v1/review", json=NOTE).status_code == 200
            refused = client.get("/v1/rules")
            assert_problem(refused, 403, "no-scope")
            assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="catalogue"'


def test_a_token_of_fewer_scopes(server, keys):
    key, written = keys.create(tenant="a", name="t", scopes=["review", "jobs"])
    form = {"grant_type": "client_credentials", "client_id": key.id, "client_secret": written}
    token = ask(server, data={**form, "scope": "jobs"}).json()["access_token"]
    with server.client(token) as client:
        assert_problem(client.post("/v1/review", json=NOTE), 403, "no-scope")
        assert client.get("/v1/jobs").status_code == 200
    refused = ask(server, data={**form, "scope": "jobs audit"})
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_scope"})


def test_a_token_ends_with_its_key(server, keys):
    key, written = keys.create(tenant="a", name="t", scopes=["review"])
    token = ask(server, data={"grant_type": "client_credentials", "client_id": key.id, "client_secret": written}).json()[
        "access_token"
    ]
    keys.revoke(key.id)
    with server.client(token) as client:
        assert_problem(client.post("/v1/review", json=NOTE), 401, "no-credential")
    refused = ask(server, data={"grant_type": "client_credentials", "client_id": key.id, "client_secret": written})
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("how", "status", "error"),
    [
        ({"data": {"grant_type": "password"}}, 400, "unsupported_grant_type"),
        ({"data": {"x": "CANARY"}}, 400, "invalid_request"),
        ({"data": {"grant_type": "client_credentials"}}, 401, "invalid_client"),
        ({"data": {"grant_type": "client_credentials"}, "auth": ("CANARY", "CANARY")}, 401, "invalid_client"),
        ({"data": {"grant_type": "client_credentials"}, "headers": {"Authorization": "Basic ???"}}, 401, "invalid_client"),
    ],
)
def test_what_gets_no_token(server, how, status, error):
    answer = ask(server, **how)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_bodies_that_are_no_form(server):
    assert_problem(ask(server, json={"grant_type": "client_credentials"}), 415)
    assert_problem(ask(server, data={"x": "CANARY" * 1000}), 413)


def test_tokens_that_are_not_ours(server, keys):
    key, _ = keys.create(tenant="a", name="t", scopes=["review"])
    database = open_database(f"sqlite:///{server.log.parent / 'state.db'}")
    secret, now = database.secret("access-tokens"), int(time.time())
    database.close()
    good = {
        "iss": "note-review",
        "aud": "note-review",
        "sub": key.id,
        "iat": now,
        "exp": now + 60,
        "jti": "x",
        "scope": "review audit",
    }
    assert _status(server, jwt.encode(good, secret, "HS256")) == 200
    for wrong in ({"iss": "x"}, {"aud": "x"}, {"exp": now - 1}, {"sub": "none"}, {"scope": "jobs"}):
        assert _status(server, jwt.encode({**good, **wrong}, secret, "HS256")) == (403 if "scope" in wrong else 401)
    for name in access_tokens.CLAIMS:
        lacking = {claim: value for claim, value in good.items() if claim != name}
        assert _status(server, jwt.encode(lacking, secret, "HS256")) == 401
    assert _status(server, jwt.encode(good, b"x" * 32, "HS256")) == 401
    assert _status(server, jwt.encode(good, None, "none")) == 401
    assert _status(server, jwt.encode(good, secret + b"x" * 32, "HS512")) == 401
    with server.client(jwt.encode(good, secret, "HS256")) as client:
        assert_problem(client.get("/v1/audit"), 403, "no-scope")  # claimed, but not the key's


def _status(server, token):
    with server.client(token) as client:
        return client.post("/v1/review", json=NOTE).status_code
