"""A batch's folder as the batch writes it, made of settled rows: visits of a small practice with faults planted on purpose."""

import datetime
import hashlib
import json
import random
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from note_review.reviewed import FORMAT

S, N, F = pa.string(), pa.int64(), pa.float64()
TABLES = {
    "reviews": {
        "n": N, "id": S, "source": S, "place": S, "patient": S, "clinician": S, "clinic": S, "payer": S, "discipline": S,
        "date_of_service": pa.date32(), "level": S, "score": F, "code": S, "assumed": pa.bool_(), "reads_as": S, "probability": F,
        "skill_shown": F, "claim_source": S, "minutes": N, "amount": F, "missing": pa.list_(S), "reasons": pa.list_(S),
        "failed_checks": pa.list_(S), "unread": N, "characters": N, "text_sha256": S, "engine": S, "model": S, "policy_as_of": S,
        "policy_payer": S,
    },
    "findings": {
        "n": N, "id": S, "kind": S, "finding": S, "rule": S, "severity": S, "result": S, "message": S, "fix": S, "source": S,
        "start": N, "end": N, "amount": F, "told_by": S,
    },
    "services": {"n": N, "id": S, "service": N, "billed": S, "reads_as": S, "probability": F, "minutes": N, "start": N, "end": N},
    "lines": {"n": N, "id": S, "line": N, "code": S, "units": N, "modifiers": pa.list_(S), "supported_units": N, "amount": F, "at_stake": F},
    "notes": {"n": N, "id": S, "text": S},
}  # fmt: skip
FEES = {"97112": 28.8, "97110": 26.4, "97530": 31.2, "97140": 24.6, "97150": 17.0, "97161": 98.0}


@dataclass
class Visit:
    """One note; what is not said is harmless."""

    text: str
    patient: str | None = "Alvarez, Rosa"
    clinician: str | None = "Lee, DPT"
    clinic: str | None = "North"
    date: str | None = "2026-03-02"
    discipline: str | None = "PT"
    level: str = "low"
    score: float = 0.05
    lines: tuple = (("97112", 2, 2),)
    services: tuple = (("97112", "97112", 25),)
    reasons: tuple = ()
    checks: tuple = ()
    missing: tuple = ()
    id: str | None = None
    extra: dict = field(default_factory=dict)


def write_folder(out, visits, *, errors=(), parts=1):
    """Write the tables; with ``parts`` above 1 each is a folder of part files, as a cluster leaves it."""
    rows = {name: [] for name in TABLES}
    for n, visit in enumerate(visits):
        _add(rows, n, visit)
    out.mkdir(parents=True, exist_ok=True)
    for name, columns in TABLES.items():
        table = pa.Table.from_pylist(rows[name], schema=pa.schema(list(columns.items())))
        if parts == 1:
            pq.write_table(table, out / f"{name}.parquet")
            continue
        (out / f"{name}.parquet").mkdir(exist_ok=True)
        size = -(-max(1, table.num_rows) // parts)
        for part in range(parts):
            pq.write_table(table.slice(part * size, size), out / f"{name}.parquet" / f"part-{part:05d}.parquet")
    lines = "".join(json.dumps({"id": e, "source": e, "place": "", "reason": "holds no text"}) + "\n" for e in errors)
    (out / "errors.jsonl").write_text(lines)
    (out / "warnings.jsonl").write_text("")
    run = {"format": FORMAT, "version": "fake-1/risk-1/rules-1/medicare", "engine": "accurate", "payer": "medicare",
           "date": None, "notes": len(rows["reviews"]), "errors": len(errors), "warnings": 0, "shards": 1, "source": "charts"}  # fmt: skip
    (out / "run.json").write_text(json.dumps(run))
    return out


def _add(rows, n, v):
    id = v.id or f"N{n:06d}"
    amount = sum(FEES[code] * (units or 0) for code, units, _ in v.lines)
    code = v.lines[0][0] if v.lines else "97112"
    reads = v.services[0][1] if v.services else "undetermined"
    rows["reviews"].append({
        "n": n, "id": id, "source": f"charts/{id}.txt", "place": "", "patient": v.patient, "clinician": v.clinician, "clinic": v.clinic,
        "payer": "medicare", "discipline": v.discipline, "date_of_service": v.date and datetime.date.fromisoformat(v.date),
        "level": v.level, "score": v.score, "code": code, "assumed": not v.lines, "reads_as": reads, "probability": 0.9,
        "skill_shown": 0.7, "claim_source": "given" if v.lines else "none", "minutes": sum(m or 0 for _, _, m in v.services) or None,
        "amount": round(amount, 2) if v.lines else None, "missing": list(v.missing), "reasons": list(v.reasons),
        "failed_checks": list(v.checks), "unread": 0, "characters": len(v.text),
        "text_sha256": hashlib.sha256(v.text.encode()).hexdigest(), "engine": "accurate", "model": "encoder 1",
        "policy_as_of": "2026-01-01", "policy_payer": "medicare", **v.extra,
    })  # fmt: skip
    for kind, names in (("reason", v.reasons), ("check", v.checks)):
        for name in names:
            rows["findings"].append({
                "n": n, "id": id, "kind": kind, "finding": name, "rule": "NR132", "severity": "error", "result": "fail",
                "message": f"{name.replace('_', ' ')}: as the review says.", "fix": "What was measured today?", "source": "the manual",
                "start": 0, "end": 5, "amount": round(amount, 2) if v.lines else None,
            })  # fmt: skip
    for number, (billed, reads_as, minutes) in enumerate(v.services):
        rows["services"].append({"n": n, "id": id, "service": number, "billed": billed, "reads_as": reads_as, "probability": 0.9,
                                 "minutes": minutes, "start": 0, "end": len(v.text)})  # fmt: skip
    for number, (line, units, supported) in enumerate(v.lines):
        rows["lines"].append({"n": n, "id": id, "line": number, "code": line, "units": units, "modifiers": ["GP"],
                              "supported_units": supported, "amount": round(FEES[line] * (units or 0), 2),
                              "at_stake": None if supported is None else round(FEES[line] * ((units or 0) - supported), 2)})  # fmt: skip
    rows["notes"].append({"n": n, "id": id, "text": v.text})


WORDS = (
    "ankle hip trunk gait balance tandem foam rail step stance weight shift reach turn head eyes ladder cone board mirror cue "
    "tactile verbal sway recover delay strategy lateral forward posterior pelvis scapula grip hand thumb peg target beam curb"
).split()
CLINICIANS = ("Abara, OTR/L", "Brandt, PT", "Castillo, DPT", "Dietrich, PT", "Evans, DPT", "Fofana, OTR/L", "Greco, DPT", "Huang, PT",
              "Iqbal, DPT", "Jonas, PTA")  # fmt: skip


def practice(notes, *, seed=7, clinicians=CLINICIANS):
    """Give the visits of a practice: three clinics, fourteen months, one clinician who clones and one who bills high."""
    chance = random.Random(seed)
    made = 0
    patient = 0
    while made < notes:
        patient += 1
        who = chance.choice(clinicians)
        place = ("North", "South", "River")[clinicians.index(who) % 3]
        day = datetime.date(2025, 1, 6) + datetime.timedelta(days=chance.randrange(400))
        berg = chance.randrange(28, 44)
        past = None
        for visit in range(chance.randrange(4, 14)):
            if made == notes:
                return
            made += 1
            day += datetime.timedelta(days=chance.choice((2, 3, 5)))
            berg += chance.choice((0, 0, 1, 2))
            cloned = past is not None and who.startswith("Greco") and chance.random() < 0.7
            past = past if cloned else _text(chance, visit, berg)
            yield _visit(chance, past, f"Patient {patient:05d}", who, place, day)


def _text(chance, visit, berg):
    def some(count):
        return " ".join(chance.choice(WORDS) for _ in range(count))

    return (
        f"S: Reports {some(9)} since last time. {some(9).capitalize()}.\nO: Berg {berg}/56. {some(10).capitalize()}. {some(9).capitalize()}.\n"
        f"Tx: 97112 x 25 min: {some(12)}. {some(14).capitalize()}. 97110 x 12 min: {some(8)} 3x{chance.randrange(6, 14)}.\n"
        f"R: {some(8).capitalize()} {chance.randrange(2, 9)} of 10. {some(9).capitalize()}.\nA: {some(10).capitalize()}. "
        f"{some(11).capitalize()}.\nP: Continue {some(6)}.\n"
        f"Goals: STG 1 {some(5)} by visit {visit + 6}."
    )


def _visit(chance, text, patient, who, place, day):
    high = 0.4 if who.startswith("Greco") else 0.24 if place == "River" else 0.17
    score = min(0.97, max(0.02, chance.betavariate(0.5, 0.5 / high - 0.5)))
    level = "high" if score >= 0.5 else "moderate" if score >= 0.2 else "low"
    main = chance.choice(("97112", "97112", "97112", "97110", "97530"))
    reads = main if chance.random() > score * 0.8 else chance.choice(("97110", "97530", "other", "undetermined"))
    units = chance.choice((1, 2, 2, 3))
    supported = max(0, units - chance.choice((0, 0, 0, 0, 1, 1, -1)))
    reasons = []
    if reads not in (main, "undetermined"):
        reasons.append(f"reads_as_{reads}")
    if level != "low":
        reasons += chance.sample(["response_not_measured", "skilled_need_missing", "deficit_not_specific", "generic_exercise"], 1)
    checks = ["units_match_minutes"] if supported < units else []
    checks += ["treatment_note"] if chance.random() < 0.2 else []
    return Visit(
        text=text, patient=patient, clinician=who, clinic=place, date=day.isoformat(), discipline="OT" if "OTR" in who else "PT",
        level=level, score=round(score, 4), lines=((main, units, supported), ("97140", 1, 1)), reasons=tuple(reasons),
        checks=tuple(checks), services=((main, reads, 25), ("97140", "other", 14)),
        missing=("response",) if "response_not_measured" in reasons else (),
    )  # fmt: skip
