"""CDS Hooks as an EHR meets it: a real server, a client written from the specification, tokens of the EHR's own."""

import asyncio
import base64
import json
import statistics
import time

import httpx
import jwt
import pytest
from cds_client import AUDIENCE, ISSUER, Ehr, told
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from server_process import TOKEN, Server

from note_review.errors import SettingsError
from note_review.note import note_of
from note_review.server.cds import feedback
from note_review.server.cds.asked import entries_asked
from note_review.server.cds.cards import card_of_note, cards_of_note
from note_review.server.cds.hooks import HOOKS
from note_review.server.cds.trust import Trust, read_ehrs

TEXT = "CANARY 97112 x 23 min <b>deficit</b>: delayed R ankle strategy, SLS 6 s"
CONTEXT = {"userId": "Practitioner/1", "patientId": "p1", "encounterId": "e1"}
SIGN = "/cds-services/note-sign"
ORGANISATION = "org.note-review"


def document(text=TEXT, id="d1", **more):
    data = base64.b64encode(text.encode()).decode()
    attachment = {"contentType": "text/plain; charset=utf-8", "data": data}
    return {"resourceType": "DocumentReference", "id": id, "status": "current", "content": [{"attachment": attachment}], **more}


def searchset(*resources):
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": resource} for resource in resources]}


def call(**context):
    return {"hook": f"{ORGANISATION}.note-sign", "hookInstance": "h1", "context": {**CONTEXT, **context}}


def write_list(folder, *ehrs, tenants=("clinic-a", "clinic-b")):
    entries = []
    for number, (ehr, tenant) in enumerate(zip(ehrs, tenants, strict=False)):
        (folder / f"{number}.jwks.json").write_text(json.dumps(ehr.jwks()))
        entries.append(
            f'[[ehr]]\nissuer = "{ehr.issuer}"\ntenant = "{tenant}"\naudience = "{AUDIENCE}"\n'
            f'keys = "{number}.jwks.json"\njku = "https://ehr.example/jwks.json"\n'
        )
    (folder / "ehrs.toml").write_text("\n".join(entries))


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cds")
    ehr, other = Ehr(""), Ehr("", issuer="https://other.example/r4", algorithm="RS384")
    write_list(folder, ehr, other)
    server = Server(folder / "log", deployment={"ehrs": str(folder / "ehrs.toml")})
    ehr.url = other.url = server.url
    yield server, ehr, other
    server.stop()
    log = server.log.read_text()
    assert "POST /cds-services/note-sign 200" in log
    assert not [word for word in ("CANARY", "Traceback", "ehr.example", "eyJ") if word in log]


@pytest.fixture
def server(running):
    return running[0]


@pytest.fixture
def ehr(running):
    return running[1]


def test_discovery_is_open_and_names_five_services(ehr):
    services = ehr.discover()
    assert {service: told["hook"] for service, told in services.items()} == {
        "note-sign": "org.note-review.note-sign",
        "note-assist": "org.note-review.note-assist",
        "order-sign": "order-sign",
        "encounter-discharge": "encounter-discharge",
        "patient-view": "patient-view",
    }
    assert all(service["version"] for service in services.values())


def test_a_card_for_each_finding_with_evidence_fix_source_and_reasons(ehr):
    cards = ehr.call("note-sign", {**CONTEXT, "note": TEXT, "plannedCharges": [{"code": "97112", "units": 2}]})
    response, units = cards
    assert response["summary"] == "No response to treatment is recorded."
    assert response["source"]["topic"] == {"system": "urn:note-review:rule", "code": "NR201", "display": "response_missing"}
    assert response["suggestions"][0]["label"] == "Record how the patient responded, if it was observed."
    assert {reason["code"] for reason in response["overrideReasons"]} >= {"already-there", "wrong", "did-not-happen"}
    (evidence,) = response["extension"]["org.note-review.finding"]["evidence"]
    assert evidence["text"] == TEXT[evidence["start"] : evidence["end"]]
    assert "> CANARY 97112 x 23 m" in response["detail"]
    assert units["summary"] == "2 units billed, 1 supported"


def test_the_words_of_a_note_are_not_markup(ehr):
    (card, _) = ehr.call("note-sign", {**CONTEXT, "note": "**bold** <img src=x> [a](b)"})
    assert "<img" not in card["detail"]
    assert "&lt;img" in card["detail"]
    assert "\\*\\*bold\\*\\*" in card["detail"]


@pytest.mark.parametrize(
    ("context", "prefetch"),
    [
        ({"note": document()}, None),
        ({"note": {"id": "n1", "text": TEXT}}, None),
        ({"note": {"id": "n1", "text": TEXT, "vendorField": 1}, "vendorField": 1}, None),
        ({"documentId": "d1"}, {"note": document()}),
        ({"documentId": "d1"}, {"note": searchset(document(), {"resourceType": "Patient", "id": "p1"})}),
        ({"note": document(vendor={"x": 1}, date="2026-05-04", docStatus="odd")}, {"note": None, "charges": {"resourceType": "OperationOutcome"}}),
    ],
)  # fmt: skip
def test_the_note_may_come_in_many_ways(ehr, context, prefetch):
    cards = ehr.call("note-sign", {**CONTEXT, **context}, prefetch, fhirServer="https://ehr.example/r4", vendorField=[1])
    assert cards[0]["extension"]["org.note-review.finding"]["evidence"][0]["text"] == TEXT[:20]


def test_charges_come_from_the_context_or_the_prefetch(ehr):
    code = {"coding": [{"system": "urn:local", "code": "neuro"}, {"code": "97112"}]}
    charge = {"resourceType": "ChargeItem", "status": "billable", "code": code, "quantity": {"value": 2}}
    for context, prefetch in (
        ({"plannedCharges": [charge]}, {}),
        ({}, {"charges": searchset(charge, {**charge, "status": "entered-in-error"})}),
    ):
        asked = {**CONTEXT, "note": {"id": "claimed", "text": TEXT}, **context}
        call = {"hook": HOOKS["note-sign"].hook, "hookInstance": "i1", "context": asked, "prefetch": prefetch}
        (note,) = entries_asked(call, HOOKS["note-sign"])
        assert [(line.code, line.units) for line in note.claim] == [("97112", 2)]
        assert ehr.call("note-sign", asked, prefetch)


def test_the_same_finding_of_the_same_note_is_the_same_card(ehr):
    once, again = (ehr.call("note-sign", {**CONTEXT, "note": TEXT}) for _ in range(2))
    assert once == again
    assert {card["uuid"] for card in once}.isdisjoint(c["uuid"] for c in ehr.call("note-sign", {**CONTEXT, "note": TEXT + "."}))


def test_an_assist_call_is_about_a_draft(ehr):
    (_, units) = ehr.call("note-assist", {**CONTEXT, "note": TEXT})
    assert units["indicator"] == "info"
    assert units["summary"] == "Draft: 2 units billed, 1 supported"
    assert units["detail"].startswith("*Draft: moderate risk for 97112 if it ended here. This is pending.*")
    told = units["extension"]["org.note-review.finding"]
    assert (told["pending"], told["risk"]["pending"]) == (True, True)


def test_one_card_for_a_draft_says_so(fast_reviewer):
    note = note_of({"text": "97112 x 23 min: balance activities.", "stage": "draft"})
    card = card_of_note(fast_reviewer.review(note), note, named=lambda finding: finding)
    assert card["summary"].startswith("Draft of a therapy note: high risk for 97112 if it ended here, ")
    assert card["indicator"] == "info"


def test_what_signing_brings_is_no_card(fast_reviewer):
    text = "97112 x 23 min: tandem stance on foam, CGA, delayed R ankle strategy. Tolerated well."
    unsigned = note_of({"text": text, "date_of_service": "2026-05-04"})
    review = fast_reviewer.review(unsigned)
    assert {"signature", "treatment_note"} <= {check.check for check in review.claim.checks if check.result == "fail"}
    cards = cards_of_note(review, unsigned, named=lambda finding: finding)
    told = {card["uuid"] for card in cards}
    assert "response_not_measured" in told
    assert told <= {reason.reason for reason in review.risk.reasons}


def test_several_notes_give_one_card_each(ehr):
    notes = searchset(document(id="a"), document(text=TEXT + " again", id="b"), document(id="c", status="entered-in-error"))
    for service in ("patient-view", "encounter-discharge"):
        cards = ehr.call(service, CONTEXT, {"notes": notes})
        assert [card["indicator"] for card in cards] == ["info"] * 3
        assert "2 open" in cards[0]["summary"]
        assert "not reviewed" in cards[2]["summary"]
    assert ehr.call("patient-view", CONTEXT, {"notes": searchset()}) == []


def test_without_the_note_a_call_is_answered_412(ehr):
    for service, context in (("note-sign", {}), ("patient-view", {}), ("note-sign", {"note": {"resourceType": "Patient"}})):
        hook = ehr.discover()[service]["hook"]
        answer = ehr.post(f"/cds-services/{service}", {"hook": hook, "hookInstance": "h", "context": {**CONTEXT, **context}})
        assert answer.status_code == 412
        assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "given", [None, [], "CANARY", {"resourceType": "OperationOutcome", "issue": []}, {"resourceType": "Patient"}]
)
def test_what_an_ehr_could_not_fetch_is_not_taken_for_no_findings(ehr, given):
    body = {"hook": "patient-view", "hookInstance": "h", "context": CONTEXT, "prefetch": {"notes": given}}
    answer = ehr.post("/cds-services/patient-view", body)
    assert answer.status_code == 412
    assert "CANARY" not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 400),
        ({**call(note=TEXT), "prefetch": "CANARY"}, 400),
        ({"context": "CANARY"}, 400),
        ({**call(note=TEXT), "hook": "CANARY"}, 400),
        ({**call(note=TEXT), "hookInstance": None}, 400),
        (call(note={"text": 5, "id": "CANARY"}), 422),
        (call(note="RAISE CANARY"), 500),
        (call(note="x" * 30_000), 413),
        (call(note=" "), 422),
    ],
)
def test_bad_calls_are_outcomes_without_their_words(ehr, body, status):
    answer = ehr.post(SIGN, body)
    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "CANARY" not in answer.text


def test_an_unknown_service_is_not_there(ehr):
    assert ehr.post("/cds-services/CANARY", call(note=TEXT)).status_code == 404
    assert ehr.post("/cds-services/CANARY/feedback", {"feedback": []}).status_code == 404


def test_feedback_told_twice_is_one_label_and_the_later_word_holds(server, ehr, running):
    card, other = ehr.call("note-sign", {**CONTEXT, "note": "CANARY for feedback 15 min"})
    reason = {"code": "wrong", "system": "urn:note-review:override-reason"}
    overridden = told(card, "overridden", minute=5, overrideReason={"reason": reason, "userComment": "CANARY comment"})
    accepted = told(other, acceptedSuggestions=[{"id": other["uuid"]}])
    for _ in range(3):
        assert ehr.answer("note-sign", overridden, accepted).status_code == 200
    assert ehr.answer("note-sign", told(card, "accepted", minute=1)).status_code == 200  # told later, of earlier
    assert ehr.answer("note-sign", {**told(card), "card": "CANARY of nobody"}).status_code == 200
    stranger = running[2]
    assert stranger.answer("note-sign", told(other, "overridden", minute=59)).status_code == 200  # another tenant's
    labels = {label["uuid"]: label for label in _labels(server, tenant="clinic-a")}
    assert {label["outcome"] for label in labels.values()} == {"overridden", "accepted"}
    assert labels[card["uuid"]]["override"] == "wrong"
    assert labels[card["uuid"]]["finding"] == "response_missing"
    assert labels[other["uuid"]]["outcome"] == "accepted"
    assert labels[other["uuid"]]["fix_accepted"]
    assert "CANARY" not in json.dumps(labels)
    assert b"CANARY" not in (server.log.parent / "state.db").read_bytes()


def _labels(server, *, tenant):
    from note_review.server.database import open_database
    from note_review.server.keys import Keys

    database = open_database(f"sqlite:///{server.log.parent / 'state.db'}")
    _, key = Keys(database).create(tenant=tenant, name="labels", scopes=["labels"])
    database.close()
    with server.client(key) as client:
        first = client.get("/v1/card-feedback?limit=1").json()
        rest = client.get("/v1/card-feedback", params={"after": first["next"]}).json()
        assert rest["next"] is None
        assert client.post(SIGN, json=call(note=TEXT)).status_code == 403
        return first["labels"] + rest["labels"]


@pytest.mark.parametrize(
    "body", [[], {"feedback": "CANARY"}, {"feedback": ["CANARY"]}, {"feedback": [{"card": "x", "outcome": "CANARY"}]},
             {"feedback": [{"card": "x", "outcome": "accepted", "outcomeTimestamp": "2026-05-04T10:00:00"}]}],
)  # fmt: skip
def test_what_is_no_feedback_is_refused(ehr, body):
    answer = ehr.post(f"{SIGN}/feedback", body)
    assert answer.status_code == 400
    assert "CANARY" not in answer.text


def _forged(ehr):
    now = int(time.time())
    plain = {"iss": ISSUER, "aud": AUDIENCE + SIGN, "exp": now + 300, "iat": now, "jti": "j"}
    return {
        "another's key": ehr.token(SIGN, key=ec.generate_private_key(ec.SECP384R1())),
        "unknown kid": ehr.token(SIGN, headers={"kid": "k2"}),
        "no signature": jwt.encode(plain, None, algorithm="none", headers={"kid": "k1"}),
        "HMAC": jwt.encode(plain, "a-secret-that-is-long-enough-for-it", algorithm="HS256", headers={"kid": "k1"}),
        "RSA for EC": ehr.token(SIGN, key=rsa.generate_private_key(65537, 2048), algorithm="RS384"),
        "unknown issuer": ehr.token(SIGN, iss="https://nobody.example"),
        "another jku": ehr.token(SIGN, headers={"jku": "http://127.0.0.1:1/jwks.json"}),
        "another service": ehr.token("/cds-services/patient-view"),
        "another server": ehr.token(SIGN, aud="https://elsewhere.example" + SIGN),
        "expired": ehr.token(SIGN, iat=now - 4000, exp=now - 3600),
        "not yet": ehr.token(SIGN, iat=now + 3600, exp=now + 3900),
        "for a year": ehr.token(SIGN, exp=now + 31_536_000),
        "no jti": ehr.token(SIGN, jti=None),
        "no exp": ehr.token(SIGN, exp=None),
        "no iat": ehr.token(SIGN, iat=None),
        "empty jti": ehr.token(SIGN, jti=""),
        "rubbish": "a.b.c",
    }


def test_no_forged_token_is_believed(ehr):
    for name, token in _forged(ehr).items():
        assert ehr.post(SIGN, call(note=TEXT), token=token).status_code == 401, name


def test_a_token_is_used_once_and_for_its_paths_alone(server, ehr):
    token = ehr.token(SIGN, headers={"jku": "https://ehr.example/jwks.json", "typ": "JWT"}, nbf=int(time.time()) - 300)
    assert ehr.post(SIGN, call(note=TEXT), token=token).status_code == 200
    assert ehr.post(SIGN, call(note=TEXT), token=token).status_code == 401
    assert ehr.post("/v1/review", {"text": TEXT}, token=ehr.token("/v1/review")).status_code == 401
    with server.client() as client:  # a key of our own opens them as well
        assert client.post(SIGN, json=call(note=TEXT)).status_code == 200


def test_keys_rotate_without_a_restart(server, ehr):
    new = Ehr(server.url, kid="k9")
    assert new.post(SIGN, call(note=TEXT)).status_code == 401
    folder = server.log.parent
    before = (folder / "0.jwks.json").read_text()
    (folder / "0.jwks.json").write_text(json.dumps({"keys": ehr.jwks()["keys"] + new.jwks()["keys"]}))
    assert new.post(SIGN, call(note=TEXT)).status_code == 200
    assert ehr.post(SIGN, call(note=TEXT)).status_code == 200
    (folder / "0.jwks.json").write_text("CANARY, half written")
    assert ehr.post(SIGN, call(note=TEXT)).status_code == 200
    (folder / "0.jwks.json").write_text(before)
    assert new.post(SIGN, call(note=TEXT)).status_code == 401


@pytest.mark.parametrize(
    "broken",
    [
        "nothing = 1",
        "[[ehr]]\nissuer = 'x'",
        "[[ehr]]\nissuer='x'\ntenant='UPPER'\naudience='https://a'\nkeys='0.jwks.json'",
        "[[ehr]]\nissuer='x'\ntenant='a'\naudience='https://a'\nkeys='none.json'",
        "[[ehr]]\nissuer='x'\ntenant='a'\naudience='https://a'\nkeys='secret.json'",
        "[[ehr]]\nissuer='x'\ntenant='a'\naudience='https://a'\nkeys='small.json'",
        "[[ehr]]\nissuer='x'\ntenant='a'\naudience='https://a'\nkeys='0.jwks.json'\ntyop=1",
    ],
)
def test_a_list_that_cannot_be_used_is_an_error_at_start(tmp_path, broken):
    write_list(tmp_path, Ehr(""))
    assert set(read_ehrs(tmp_path / "ehrs.toml")) == {ISSUER}
    small = Ehr("", algorithm="RS384")
    small.key = rsa.generate_private_key(65537, 1024)
    (tmp_path / "small.json").write_text(json.dumps(small.jwks()))
    (tmp_path / "secret.json").write_text(json.dumps({"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}]}))
    (tmp_path / "ehrs.toml").write_text(broken)
    with pytest.raises(SettingsError, match=r"ehrs\.toml"):
        read_ehrs(tmp_path / "ehrs.toml")


def test_calls_are_in_the_audit_log_by_an_id_of_our_own(server, ehr):
    ehr.call("note-sign", {**CONTEXT, "note": TEXT})
    from note_review.server.audit import AuditLog
    from note_review.server.database import open_database

    database = open_database(f"sqlite:///{server.log.parent / 'state.db'}")
    entries = AuditLog(database).page(tenant="clinic-a", after=0, limit=1000)
    database.close()
    last = entries[-1]
    assert last["action"] == "POST /cds-services/note-sign"
    assert last["client"].startswith("ehr-")
    assert "ehr.example" not in json.dumps(entries)


def test_the_real_reviewer_within_the_half_second_and_on_orders(tmp_path, example_text):
    started = Server(
        tmp_path / "log", deployment={"factory": "note_review.batch.worker:standard_reviewer", "engine": "fast", "limits": {}}
    )
    try:
        post = lambda service, body: httpx.post(  # noqa: E731
            f"{started.url}/cds-services/{service}", json=body, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False
        )
        order = {"resourceType": "ServiceRequest", "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91251008"}]}}
        plan = {"resourceType": "CarePlan", "status": "active", "period": {"start": "2026-01-02", "end": "2026-03-31"}}
        note = document(text=example_text, context={"period": {"start": "2026-04-04"}})
        body = {"hook": "order-sign", "hookInstance": "h", "context": {**CONTEXT, "draftOrders": searchset(order)},
                "prefetch": {"notes": searchset(note), "plan": searchset(plan)}}  # fmt: skip
        (card,) = post("order-sign", body).json()["cards"]
        assert "certification" in card["detail"]
        assert statistics.median(post("order-sign", body).elapsed.total_seconds() for _ in range(5)) < 0.5
        body["context"]["draftOrders"] = searchset({**order, "code": {"text": "MRI lumbar spine"}})
        assert post("order-sign", body).json()["cards"] == []
    finally:
        started.stop()


def test_a_card_and_its_label_are_one_row_in_every_database(database):
    shown = [feedback.Shown(f"u{n}", "response_missing", "NR201", "print") for n in range(2)]
    told_early, told_late = (
        feedback.Told("u0", outcome, False, None, at) for outcome, at in (("accepted", 5.0), ("overridden", 9.0))
    )
    for _ in range(2):
        with database.writing() as connection:
            feedback.remember(connection, shown, tenant="a", service="note-sign", version="v")
    for told_now, changed in ((told_late, 1), (told_early, 0), (told_late, 1)):
        with database.writing() as connection:
            assert feedback.take(connection, [told_now], tenant="a", service="note-sign") == changed
    with database.reading() as connection:
        (label,) = feedback.page(connection, tenant="a", after=0, limit=10)
        assert feedback.page(connection, tenant="b", after=0, limit=10) == []
    assert (label["uuid"], label["outcome"]) == ("u0", "overridden")


async def _believed_twice(database, ehr, file):
    trust, token = Trust(database, file), ehr.token(SIGN)
    return [await trust.authenticate(token, {"path": SIGN}) for _ in range(2)]


def test_a_token_is_good_once_in_every_database(database, tmp_path):
    ehr = Ehr("", algorithm="RS384")
    write_list(tmp_path, ehr)
    first, second = asyncio.run(_believed_twice(database, ehr, tmp_path / "ehrs.toml"))
    assert first.tenant == "clinic-a"
    assert first.scopes == {"review"}
    assert second is None
