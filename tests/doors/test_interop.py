"""FHIR, HL7 v2, C-CDA and 837P: the same note whatever carries it, its claim found by patient, day and clinician."""

import datetime
import json

import interop
import making
import pytest

from note_review.note import ClaimLine
from note_review.sources import SourcedNote, UnreadableNote, expected_notes, open_notes

TEXT = "S: wobbly.\nO: NMR (97112) x 23 min: SLS 6 s → 11 s"
LINES = (ClaimLine(code="97112", units=2, modifiers=("GP",)),)
DAY = datetime.date(2026, 3, 2)


def read(folder, name, content, **options):
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(open_notes(path, **options))


def one(entries):
    (entry,) = entries
    assert isinstance(entry, SourcedNote), entry
    return entry


def reason(entries):
    (entry,) = entries
    assert isinstance(entry, UnreadableNote)
    assert "CANARY" not in str(entry)
    return str(entry)


def test_a_fhir_bundle_with_its_claim(tmp_path):
    content = interop.bundle(
        interop.PATIENT, interop.PRACTITIONER, interop.fhir_claim(("97112", 2)), interop.document_reference("d1", TEXT),
        interop.document_reference("d2", TEXT, patient="p2", status="entered-in-error"),
        interop.document_reference("d3", TEXT, docStatus="preliminary", custodian={"display": "Clinic A"}),
    )  # fmt: skip
    first, second, third = read(tmp_path, "bundle.json", content)
    assert (first.id, first.text, first.claim, first.date_of_service) == ("d1", TEXT, LINES, DAY)
    assert (first.patient, first.clinician, first.discipline) == ("p1", "Rita Roe", "PT")
    assert "entered in error" in str(second)
    assert (third.stage, third.clinic) == ("draft", "Clinic A")


def test_a_fhir_claim_is_found_by_its_encounter(tmp_path):
    content = interop.bundle(
        interop.fhir_claim(("97112", 2), encounter="e1"), interop.fhir_claim(("97110", 1), encounter="e2"),
        interop.document_reference("d1", TEXT, patient="p9", encounter="e1"),
    )  # fmt: skip
    assert one(read(tmp_path, "b.json", content)).claim == LINES


def test_a_composition_reads_section_by_section(tmp_path):
    div = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
    composition = {
        "resourceType": "Composition", "id": "k", "status": "final", "date": "2026-03-02", "title": "Daily note",
        "section": [
            {"title": "Subjective", "text": {"div": div.format("<p>wobbly</p>")}},
            {"title": "Objective", "section": [{"title": "Treatment", "text": {"div": div.format("<table><tr><td>97112</td><td>23 min</td></tr></table>")}}]},
        ],
    }  # fmt: skip
    note = one(read(tmp_path, "c.json", json.dumps(composition)))
    assert note.text.splitlines() == ["Subjective:", "wobbly", "Objective:", "Treatment:", "97112 | 23 min"]
    assert note.date_of_service == DAY


def test_fhir_lines_with_binaries_and_claims_in_other_files(tmp_path):
    far = interop.document_reference("d1", "", encounter="e1")
    far["content"] = [{"attachment": {"contentType": "application/pdf", "url": "Binary/b1"}}]
    lost = interop.document_reference("d2", "", patient="p2")
    lost["content"] = [{"attachment": {"contentType": "text/plain", "url": "Binary/CANARY"}}]
    binary = {
        "resourceType": "Binary",
        "id": "b1",
        "contentType": "application/pdf",
        "data": interop.b64(making.pdf([["97112 x 23 min"]])),
    }
    alone = {"resourceType": "Binary", "id": "b2", "contentType": "text/plain", "data": interop.b64(TEXT)}
    for name, resources in (
        ("Binary", [binary, alone]), ("Claim", [interop.fhir_claim(("97112", 2), encounter="e1")]),
        ("DocumentReference", [far, lost]), ("Patient", [interop.PATIENT]),
    ):  # fmt: skip
        (tmp_path / f"{name}.ndjson").write_text("\n".join(map(json.dumps, resources)) + "\n{CANARY\n" * (name == "Patient"))
    entries = list(open_notes(tmp_path))
    told = [e.id if isinstance(e, SourcedNote) else str(e) for e in entries]
    assert told == [
        "b2", "d1", "DocumentReference.ndjson: line 2: the document lies elsewhere and is not fetched",
        "Patient.ndjson: line 2: is not a FHIR resource in JSON",
    ]  # fmt: skip
    assert (entries[1].text, entries[1].claim, entries[1].patient) == ("97112 x 23 min\n", LINES, "p1")


@pytest.mark.parametrize(
    "content", ["{}", '{"resourceType": "Patient"}', '{"resourceType": "Bundle", "entry": 5}', '{"resourceType": "CANARY']
)
def test_json_that_is_no_fhir_note_says_so(tmp_path, content):
    assert reason(read(tmp_path, "x.json", content)).startswith(str(tmp_path / "x.json"))


def test_an_attachment_that_cannot_be_read_gives_way_to_one_that_can(tmp_path):
    resource = interop.document_reference("d1", TEXT)
    resource["content"] = [
        {"attachment": {"contentType": "text/html", "data": "!"}}, {"attachment": {"contentType": "application/pdf", "data": interop.b64(b"%PDF-1.4 CANARY")}},
        {"attachment": {"contentType": "application/rtf", "data": interop.b64(rb"{\rtf1 S: wobbly}")}},
    ]  # fmt: skip
    assert one(read(tmp_path, "r.json", json.dumps(resource))).text == "S: wobbly"
    resource["content"] = resource["content"][:2]
    assert "damaged PDF" in reason(read(tmp_path, "r.json", json.dumps(resource)))


def test_hl7_text_lines_escapes_and_people(tmp_path):
    content = interop.message("OBX|1|TX|N||S: wobbly.~O: A \\T\\ B", "OBX|2|FT|N||97112\\.br\\23 min \\X2B\\ open \\ end")
    note = one(read(tmp_path, "a.hl7", content))
    assert note.text == "S: wobbly.\nO: A & B\n97112\n23 min + open \\ end"
    assert (note.id, note.date_of_service, note.patient, note.clinician, note.clinic) == (
        "DOC77",
        DAY,
        "0012",
        "Rita Roe",
        "Clinic A",
    )


def test_hl7_batches_framing_and_other_messages(tmp_path):
    first = interop.message("OBX|1|TX|N||one")
    second = interop.message("OBX|1|NM|N||7", kind="ORU^R01", txa="OBR|1||F5|PT|||20260302")
    third = interop.message(
        "OBX|1|TX|N||two", "OBR|2||F7|PT|||20260303", "OBX|1|TX|N||three", kind="ORU^R01", txa="OBR|1||F6|PT|||20260302"
    )
    dft, gone = interop.message(kind="DFT^P03"), interop.message("OBX|1|TX|N||CANARY", kind="MDM^T11")
    content = (
        "FHS|^~\\&|A\rBHS|^~\\&|A\r"
        + "\x0b"
        + first
        + "\x1c\r"
        + "\x0b"
        + second
        + "\x1c\r"
        + third.replace("\r", "\r\n")
        + dft
        + gone
    )
    entries = read(tmp_path, "a.txt", content)
    told = [(e.id, e.text) if isinstance(e, SourcedNote) else e.reason.split(":")[0].split(" (")[0] for e in entries]
    assert told == [
        ("DOC77", "one"), "holds no narrative", ("F6", "two"), ("F7", "three"), "is a message of type DFT", "cancels a document",
    ]  # fmt: skip
    assert entries[3].date_of_service == datetime.date(2026, 3, 3)
    assert expected_notes(tmp_path / "a.txt") == 5


def test_hl7_with_documents_inside(tmp_path):
    pdf = interop.b64(making.pdf([["97112 x 23 min"]]))
    rtf = interop.b64(rb"{\rtf1 S: wobbly}")
    entries = read(
        tmp_path, "a.hl7",
        interop.message(f"OBX|1|ED|N||^AP^PDF^Base64^{pdf}") + interop.message(f"OBX|1|ED|N||^TEXT^RTF^Base64^{rtf}")
        + interop.message(f"OBX|1|ED|N||^multipart^xml^Base64^{interop.b64(interop.ccda(('Plan', 'go on')))}")
        + interop.message("OBX|1|ED|N||^AP^PDF^Base64^CANARY!") + interop.message("OBX|1|RP|N||CANARY"),
    )  # fmt: skip
    assert [e.text if isinstance(e, SourcedNote) else e.reason for e in entries] == [
        "97112 x 23 min\n", "S: wobbly", "Plan:\ngo on", "the document is not base64", "the document lies elsewhere and is not fetched",
    ]  # fmt: skip


def test_ccda_narrative_tables_and_people(tmp_path):
    table = (
        "<table><thead><tr><th>Code</th><th>Min</th></tr></thead><tbody><tr><td>97112</td><td>23 min</td></tr></tbody></table>"
    )
    note = one(
        read(
            tmp_path,
            "a.xml",
            interop.ccda(
                ("Subjective", "<paragraph>wobbly,\n   tired</paragraph>"),
                ("Treatment", table + "<list><item>foam</item></list>"),
            ),
        )
    )
    assert note.text.splitlines() == ["Subjective:", "wobbly, tired", "Treatment:", "Code | Min", "97112 | 23 min", "foam"]
    assert (note.id, note.date_of_service, note.patient, note.clinic) == ("cda-5", DAY, "0012", "Clinic A")


def test_ccda_with_a_file_for_a_body(tmp_path):
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{interop.b64(making.pdf([["97112 x 23 min"]]))}</text></nonXMLBody>'
    assert one(read(tmp_path, "a.xml", interop.ccda(body=body))).text == "97112 x 23 min\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<a>CANARY</a>", "no C-CDA"), ("<a>CANARY", "well-formed"), ('<!DOCTYPE a [<!ENTITY b "CANARY">]><a>&b;</a>', "DTD"),
        (interop.ccda(), "no narrative"), ("<a>" * 5000, "well-formed"),
    ],
)  # fmt: skip
def test_xml_that_is_no_ccda_says_so(tmp_path, content, words):
    assert words in reason(read(tmp_path, "a.xml", content))


def notes_file(folder, *rows):
    path = folder / "notes.jsonl"
    path.write_text("".join(json.dumps({"text": TEXT, "date_of_service": "2026-03-02", **row}) + "\n" for row in rows))
    return path


def joined(folder, claims, *rows):
    (folder / "claims.837").write_text(claims)
    return list(open_notes(notes_file(folder, *rows), claims=folder / "claims.837"))


DOE, POE = ("DOE", "JANE"), ("POE", "JO")
TWO, ONE = [("97112:GP", 2)], [("97110:GP:59", 1)]


def test_claims_find_their_notes_by_name_or_number(tmp_path):
    claims = interop.interchange(interop.claim_837(DOE, "MBI1EG4", TWO), interop.claim_837(POE, "MBI9", ONE, id="0099"))
    entries = joined(
        tmp_path, claims, {"patient": "Doe, Jane A."}, {"patient": "MBI1EG4"}, {"patient": "0099"}, {"patient": "Jane Roe"},
        {"patient": "Jane Doe", "date_of_service": "2026-03-03"}, {"patient": "Doe, Jane", "claim": [{"code": "97530"}]},
        {"text": "Patient: Jane Doe   DOS: 03/02/2026\n" + TEXT, "date_of_service": None},
    )  # fmt: skip
    codes = [[(line.code, line.units, line.modifiers) for line in note.claim] for note in entries]
    two, one = [("97112", 2, ("GP",))], [("97110", 1, ("GP", "59"))]
    assert codes == [two, two, one, [], [], [("97530", None, None)], two]


def test_two_clinicians_on_one_day(tmp_path):
    claims = interop.interchange(
        interop.claim_837(DOE, "M1", TWO), interop.claim_837(DOE, "M1", ONE, npi="1111111112", clinician="POE*JO")
    )
    entries = joined(
        tmp_path, claims, {"patient": "M1", "clinician": "Rita Roe, PT, DPT"}, {"patient": "M1", "clinician": "1111111112"}, {"patient": "M1"},
        {"patient": "M1", "clinician": "Ann Other, PT"},
    )  # fmt: skip
    assert [[line.code for line in note.claim] for note in entries] == [["97112"], ["97110"], [], []]
    assert [note.warnings for note in entries[2:]] == [
        ("several claims fit this patient and day: none was joined",),
        ("the claims of this patient and day name another clinician: none was joined",),
    ]


def test_a_corrected_claim_replaces_and_a_void_one_removes(tmp_path):
    claims = interop.interchange(
        interop.claim_837(DOE, "M1", ONE), interop.claim_837(DOE, "M1", TWO, frequency="7"), interop.claim_837(POE, "M2", TWO),
        interop.claim_837(POE, "M2", TWO, frequency="8"),
    )  # fmt: skip
    entries = joined(tmp_path, claims, {"patient": "M1"}, {"patient": "M2"})
    assert [[line.code for line in note.claim] for note in entries] == [["97112"], []]


def test_claims_that_cannot_be_read_are_listed_and_the_rest_is_used(tmp_path):
    (tmp_path / "in").mkdir()
    good = interop.interchange(interop.claim_837(DOE, "M1", TWO), interop.claim_837(POE, "M2", [("XXCANARY", 1)]), end="")
    (tmp_path / "in/good.837").write_text(good)
    (tmp_path / "in/bad.837").write_text("CANARY")
    (tmp_path / "in/other.x12").write_text(interop.ISA + "GS*HB~ST*271*1~SE*1~")
    notes_file(tmp_path / "in", {"patient": "M1"})
    entries = list(open_notes(tmp_path / "in"))
    errors = sorted(str(e) for e in entries if isinstance(e, UnreadableNote))
    assert errors == [
        "bad.837: is not X12: it does not begin with ISA", "good.837: claim 2: has no line with a procedure code and a day",
        "good.837: the file is cut off: the interchange has no end", "other.x12: is X12, but no 837",
    ]  # fmt: skip
    assert [note.claim for note in entries if isinstance(note, SourcedNote)] == [LINES]


def test_a_workbook(tmp_path):
    import xlsxwriter

    path = tmp_path / "n.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("About").write_row(0, 0, ["nothing here"])
        sheet = book.add_worksheet("Notes")
        sheet.write_row(0, 0, ["Visit", "Body", "claim", "date_of_service", "patient"])
        sheet.write_row(1, 0, [7, TEXT, "97112:2:GP", datetime.date(2026, 3, 2), 12])
        sheet.write_row(3, 0, ["b", "", "", "3/2/2026", ""])
        sheet.write_row(4, 0, ["c", "x", "", "3/2/2026", ""])
    entries = list(open_notes(path, columns={"id": "Visit", "text": "Body"}))
    assert (entries[0].id, entries[0].text, entries[0].claim, entries[0].date_of_service, entries[0].patient) == (
        "7",
        TEXT,
        LINES,
        DAY,
        "12",
    )
    assert str(entries[1]).endswith("sheet 2, row 4, field text: the note is empty")
    assert entries[2].date_of_service == DAY
    (error,) = open_notes(path)
    assert "no sheet has a column text" in str(error)
    (tmp_path / "bad.xlsx").write_bytes(b"CANARY")
    assert "no workbook" in reason(open_notes(tmp_path / "bad.xlsx"))
