"""An EHR as CDS Hooks 2.0 describes one: its own keys and tokens, and a strict reading of what it is answered."""

import datetime
import json
import re
import time
import uuid

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://ehr.example/r4"
AUDIENCE = "https://reviews.example"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CARD_FIELDS = {
    "uuid": str, "summary": str, "detail": str, "indicator": str, "source": dict, "suggestions": list, "selectionBehavior": str,
    "overrideReasons": list, "links": list, "extension": dict,
}  # fmt: skip


class Ehr:
    """Signs a new token for every call, addressed to the service that it calls."""

    def __init__(self, url, *, issuer=ISSUER, kid="k1", algorithm="ES384"):
        self.url, self.issuer, self.kid, self.algorithm = url, issuer, kid, algorithm
        self.key = (
            rsa.generate_private_key(65537, 2048) if algorithm.startswith("RS") else ec.generate_private_key(ec.SECP384R1())
        )

    def jwks(self):
        maker = RSAAlgorithm if self.algorithm.startswith("RS") else ECAlgorithm
        return {"keys": [{**json.loads(maker.to_jwk(self.key.public_key())), "kid": self.kid, "use": "sig"}]}

    def token(self, path, *, key=None, algorithm=None, headers=None, **claims):
        now = int(time.time())
        made = {"iss": self.issuer, "aud": AUDIENCE + path, "exp": now + 300, "iat": now, "jti": str(uuid.uuid4()), **claims}
        made = {name: value for name, value in made.items() if value is not None}
        header = {"kid": self.kid, **(headers or {})}
        return jwt.encode(made, key or self.key, algorithm=algorithm or self.algorithm, headers=header)

    def post(self, path, body, *, token=None):
        sent = {"Authorization": f"Bearer {token or self.token(path)}"}
        return httpx.post(self.url + path, json=body, headers=sent, trust_env=False, timeout=20)

    def discover(self):
        answer = httpx.get(f"{self.url}/cds-services", trust_env=False)
        assert answer.status_code == 200
        services = answer.json()["services"]
        for service in services:
            assert {"hook", "description", "id"} <= set(service)
            assert all(isinstance(query, str) for query in service.get("prefetch", {}).values())
        return {service["id"]: service for service in services}

    def call(self, service, context, prefetch=None, **more):
        """Call a service as discovered, and return its cards, each checked against the specification."""
        hook = self.discover()[service]["hook"]
        body = {"hook": hook, "hookInstance": str(uuid.uuid4()), "context": context, **more}
        if prefetch is not None:
            body["prefetch"] = prefetch
        answer = self.post(f"/cds-services/{service}", body)
        assert answer.status_code == 200, answer.text
        for card in answer.json()["cards"]:
            check_card(card)
        return answer.json()["cards"]

    def answer(self, service, *items):
        return self.post(f"/cds-services/{service}/feedback", {"feedback": list(items)})


def told(card, outcome="accepted", *, minute=0, **more):
    at = datetime.datetime(2026, 5, 4, 10, minute, tzinfo=datetime.UTC).isoformat().replace("+00:00", "Z")
    return {"card": card["uuid"], "outcome": outcome, "outcomeTimestamp": at, **more}


def check_card(card):
    assert {"summary", "indicator", "source"} <= set(card) <= set(CARD_FIELDS)
    assert all(isinstance(value, CARD_FIELDS[name]) for name, value in card.items())
    assert 0 < len(card["summary"]) < 140
    assert card["indicator"] in ("info", "warning")
    assert card["source"]["label"]
    assert UUID.fullmatch(card["uuid"])
    if "topic" in card["source"]:
        assert card["source"]["topic"]["code"]
    if card.get("suggestions"):
        assert card["selectionBehavior"] in ("at-most-one", "any")
        assert all(suggestion["label"] for suggestion in card["suggestions"])
    assert all(reason["display"] for reason in card.get("overrideReasons", ()))
