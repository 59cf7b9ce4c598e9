"""The FHIR door: tolerant of what comes, exact in what goes out (checked by fhir.resources, R4B)."""

import base64
import json

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st
from server_process import Server
from test_cds_hooks import document, searchset

from note_review.note import Note
from note_review.reports.fhir import Subject, bundle_of, entries_of
from note_review.review import Raised
from note_review.server.fhir_schema import FHIR_JSON
from note_review.sources import SourcedNote, UnreadableNote
from note_review.sources.fhir_context import lines_of_charges, notes_of_resources, plan_of, resources_of

PATH = "/fhir/$review-note"
TEXT = "CANARY 97112 x 23 min → delayed R ankle strategy"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("fhir") / "log")
    yield started
    started.stop()
    assert "CANARY" not in started.log.read_text()
    assert "Traceback" not in started.log.read_text()


@pytest.fixture
def post(server):
    with server.client() as client:
        yield lambda body, kind=FHIR_JSON: client.post(PATH, content=json.dumps(body), headers={"Content-Type": kind})


def valid(bundle):
    """Check a bundle and each resource against R4B, and return its resources by type."""
    get_fhir_model_class("Bundle").model_validate(bundle)
    found = {}
    addresses = {entry["fullUrl"] for entry in bundle["entry"]}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
        found.setdefault(resource["resourceType"], []).append(resource)
        if resource["resourceType"] == "DetectedIssue":
            assert resource["severity"] in ("moderate", "low")
            assert resource["author"]["reference"] in addresses
        if resource["resourceType"] == "Provenance":
            assert {target["reference"] for target in resource["target"]} <= addresses
    return found


def test_a_document_reference_is_reviewed(server, post):
    answer = post(document(TEXT, subject={"reference": "Patient/p1"}))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FHIR_JSON
    found = valid(answer.json())
    first = found["DetectedIssue"][0]
    assert first["code"]["coding"][0]["code"] == "NR201"
    assert first["implicated"] == [{"reference": "DocumentReference/d1"}]
    assert first["patient"] == {"reference": "Patient/p1"}
    (span,) = first["evidence"][0]["extension"]
    start, end, words = (next(iter(v for k, v in part.items() if k != "url")) for part in span["extension"])
    assert words == TEXT[start:end]
    review = base64.b64decode(found["Binary"][0]["data"])
    with server.client() as client:
        plain = {"id": "d1", "text": TEXT}
        assert json.loads(review)["risk"] == client.post("/v1/review", json=plain).json()["risk"]


def test_a_bundle_with_a_note_that_cannot_be_read(post):
    bad = document(id="bad")
    bad["content"][0]["attachment"] = {"url": "https://elsewhere.example/CANARY"}
    answer = post(searchset(document(TEXT), bad, document(TEXT, id="d2"), {"resourceType": "Basic", "vendor": {"": None}}))
    assert answer.status_code == 200, answer.text
    found = valid(answer.json())
    assert len(found["Provenance"]) == 2
    (outcome,) = found["OperationOutcome"]
    assert outcome["issue"][0]["diagnostics"] == "bad: the document lies elsewhere and is not fetched"


def test_claims_and_plans_of_the_bundle_are_used(post):
    charge = {
        "resourceType": "ChargeItem",
        "status": "billable",
        "code": {"coding": [{"code": "97112"}]},
        "quantity": {"value": 2},
    }
    plan = {"resourceType": "CarePlan", "status": "active", "period": {"start": "2026-01-02", "end": "2026-03-31"}}
    found = valid(post(searchset(document(TEXT), charge, plan), kind="application/json").json())
    review = json.loads(base64.b64decode(found["Binary"][0]["data"]))
    assert [(line["code"], line["units"], line["modifiers"]) for line in review["claim"]["lines"]] == [("97112", 2, None)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (["CANARY"], 422),
        ({"resourceType": 5, "id": "CANARY"}, 422),
        ({"resourceType": "Bundle", "entry": "CANARY"}, 422),
        (document("RAISE CANARY"), 500),
    ],
)
def test_what_is_no_note_is_an_outcome(post, body, status):
    answer = post(body)
    assert answer.status_code == status
    get_fhir_model_class("OperationOutcome").model_validate(answer.json())
    assert "CANARY" not in answer.text


def test_a_bundle_without_a_note_says_so(post):
    found = valid(post({"resourceType": "Patient", "id": "p1"}).json())
    assert "holds no note" in found["OperationOutcome"][0]["issue"][0]["diagnostics"]


def test_real_reviews_are_valid_resources(fast_reviewer, example_text):
    note = Note.model_validate(
        {"id": "n", "text": example_text, "claim": [{"code": "97112", "units": 4}], "date_of_service": "2026-05-04",
         "plan_of_care": {"start": "2026-01-02", "expires_on": "2026-03-31"}}
    )  # fmt: skip
    for stage in ("final", "draft"):
        review = fast_reviewer.review(note.model_copy(update={"stage": stage}))
        made = bundle_of(entries_of(review, Subject(note.text, recorded="2026-05-04T10:00:00+00:00")))
        assert valid(made)["DetectedIssue"]
        raised = review.risk.model_copy(update={"raised_by": [Raised(message="It is open.", fix="What was it for?")]})
        made = bundle_of(
            entries_of(review.model_copy(update={"risk": raised}), Subject(note.text, recorded="2026-05-04T10:00:00+00:00"))
        )
        assert valid(made)["DetectedIssue"][0]["code"] == {"text": "It is open."}


odd = st.sampled_from([None, True, 5, 1e300, "", "CANARY", [], [None], {}, {"code": 7}, {"value": -1}, {"value": "x"}, ["x", {}]])
nested = (
    odd
    | st.lists(odd, max_size=2)
    | st.dictionaries(st.sampled_from("coding code value start end period reference".split()), odd, max_size=3)
)
NAMES = "code quantity period entry status content item authoredOn data context subject section".split()
resources = st.builds(
    lambda kind, rest: {**rest, "resourceType": kind},
    st.sampled_from("DocumentReference Composition ChargeItem Claim CarePlan ServiceRequest Bundle Binary".split()),
    st.dictionaries(st.sampled_from(NAMES), nested, max_size=5),
)


@given(st.lists(resources, max_size=4))
def test_nothing_that_an_ehr_sends_breaks_the_reading(sent):
    flat = [inner for resource in sent for inner in resources_of(resource)]
    assert all(line.code for line in lines_of_charges(flat))
    plan = plan_of(flat)
    assert plan is None or plan.start or plan.ordered_on
    assert all(isinstance(entry, SourcedNote | UnreadableNote) for entry in notes_of_resources(flat))


@pytest.mark.parametrize(
    ("order", "ordered"),
    [
        ({"status": "active", "code": {"text": "Physical therapy evaluation"}}, "2026-02-20"),
        ({"status": "completed", "code": {"coding": [{"code": "97112"}]}}, "2026-02-20"),
        ({"status": "draft", "code": {"text": "Physical therapy"}}, None),
        ({"status": "active", "code": {"text": "CBC"}}, None),
        ({"status": "active", "code": {"text": "Referral to PT"}}, "2026-02-20"),
        ({"status": "active", "code": {"text": "AMB REF PT/OT"}}, "2026-02-20"),
        ({"status": "active", "code": {"text": "Outpatient rehab evaluate and treat"}}, "2026-02-20"),
        ({"status": "active", "code": {"text": "Diabetic foot evaluation"}}, None),
        ({"status": "active", "code": {"text": "PT/INR, consult on result"}}, None),
        ({"status": "active", "code": {"coding": [{"code": "97802"}]}}, None),
        ({"status": "active", "code": {"coding": [{"code": "97597"}]}}, None),
    ],
)
def test_only_a_standing_order_of_therapy_stands_for_a_signature(order, ordered):
    plan = {"resourceType": "CarePlan", "status": "active", "period": {"start": "2026-02-20"}}
    found = plan_of([plan, {"resourceType": "ServiceRequest", "authoredOn": "2026-02-20", **order}])
    assert (found.ordered_on and str(found.ordered_on)) == ordered
