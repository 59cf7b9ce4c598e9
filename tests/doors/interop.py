"""Files as record systems write them, small and made by hand: FHIR, HL7 v2, C-CDA, 837P."""

import base64
import json


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def document_reference(id, text, *, patient="p1", encounter=None, kind="text/plain", **more):
    context = {"period": {"start": "2026-03-02T09:00:00Z"}}
    if encounter:
        context["encounter"] = [{"reference": f"Encounter/{encounter}"}]
    return {
        "resourceType": "DocumentReference", "id": id, "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11508-9"}]},
        "subject": {"reference": f"Patient/{patient}"}, "author": [{"reference": "Practitioner/t1"}],
        "content": [{"attachment": {"contentType": kind, "data": b64(text)}}], "context": context, **more,
    }  # fmt: skip


PATIENT = {
    "resourceType": "Patient", "id": "p1", "identifier": [{"value": "MRN0012"}], "name": [{"family": "Doe", "given": ["Jane"]}],
}  # fmt: skip
PRACTITIONER = {
    "resourceType": "Practitioner", "id": "t1", "identifier": [{"value": "1234567893"}],
    "name": [{"family": "Roe", "given": ["Rita"]}],
}  # fmt: skip


def fhir_claim(*lines, patient="p1", encounter=None, day="2026-03-02"):
    items = [
        {
            "sequence": n, "productOrService": {"coding": [{"code": code}]}, "quantity": {"value": units},
            "modifier": [{"coding": [{"code": "GP"}]}], "servicedDate": day,
            **({"encounter": [{"reference": f"Encounter/{encounter}"}]} if encounter else {}),
        }
        for n, (code, units) in enumerate(lines, 1)
    ]  # fmt: skip
    return {
        "resourceType": "Claim",
        "id": "c1",
        "status": "active",
        "use": "claim",
        "patient": {"reference": f"Patient/{patient}"},
        "item": items,
    }


def bundle(*resources):
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]})


def message(
    *obx, kind="MDM^T02", txa="TXA|1|PT^Physical therapy|TX|20260302090000|||||1234567893^Roe^Rita|||DOC77|||||AU", pid=True
):
    segments = [f"MSH|^~\\&|EMR|CLINIC A|NR|NR|20260303120000||{kind}|1|P|2.5.1"]
    segments += ["PID|1||0012^^^A^MR||Doe^Jane^A||19600101|F"] if pid else []
    segments += ["PV1|1|O|GYM^^^Clinic A", txa, *obx]
    return "\r".join(segments) + "\r"


def ccda(*sections, body=None):
    parts = "".join(
        f"<component><section><title>{title}</title><text>{text}</text></section></component>" for title, text in sections
    )
    inner = body or f"<structuredBody>{parts}</structuredBody>"
    return f"""<?xml version="1.0"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="2.16.840.1" extension="cda-5"/><effectiveTime value="20260303"/>
<recordTarget><patientRole><id extension="0012"/><patient><name><given>Jane</given><family>Doe</family></name></patient></patientRole></recordTarget>
<author><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1234567893"/><assignedPerson><name><given>Rita</given><family>Roe</family></name></assignedPerson></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><name>Clinic A</name></representedCustodianOrganization></assignedCustodian></custodian>
<componentOf><encompassingEncounter><effectiveTime><low value="202603020900"/></effectiveTime></encompassingEncounter></componentOf>
<component>{inner}</component></ClinicalDocument>"""


ISA = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *260303*1200*^*00501*000000001*0*P*:~"


def claim_837(patient, number, lines, *, id="ACC1", frequency="1", day="20260302", npi="1234567893", clinician="ROE*RITA"):
    """The loops of one subscriber with one claim; ``lines`` are (procedure with modifiers, units)."""
    family, given = patient
    services = "".join(
        f"LX*{n}~SV1*HC:{procedure}*50*UN*{units}***1~DTP*472*D8*{day}~" for n, (procedure, units) in enumerate(lines, 1)
    )
    return (
        f"HL*2*1*22*0~SBR*P*18~NM1*IL*1*{family}*{given}****MI*{number}~NM1*PR*2*MEDICARE*****PI*00000~"
        f"CLM*{id}*100***11:B:{frequency}*Y*A*Y*Y~HI*ABK:R2689~NM1*82*1*{clinician}****XX*{npi}~{services}"
    )


def interchange(*claims, end="SE*9*0001~GE*1*1~IEA*1*000000001~"):
    head = f"{ISA}GS*HC*CLINIC*PAYER*20260303*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~BHT*0019*00*1*20260303*1200*CH~"
    return head + "HL*1**20*1~NM1*85*2*CLINIC A*****XX*1999999984~" + "".join(claims) + end
