"""Whose tokens are believed: EHRs that the operator lists by issuer, each with its keys in a file. No key is ever fetched.

The list is a TOML file, read anew when it or a key file changes, so that keys rotate without a restart:

    [[ehr]]
    issuer = "https://ehr.example/r4"          # the token's iss, exactly
    tenant = "clinic-a"                        # whose data its calls belong to
    audience = "https://reviews.example"       # this server's address as the EHR calls it
    keys = "ehr-a.jwks.json"                   # its public keys (JWKS), beside this file
    jku = "https://ehr.example/jwks.json"      # optional: the only jku its tokens may name
"""

from __future__ import annotations

import hashlib
import json
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from sqlalchemy import Column, Connection, Float, String, Table, delete, insert
from sqlalchemy.exc import IntegrityError
from starlette.types import Scope

from note_review.errors import SettingsError
from note_review.server.callers import TENANT, Caller
from note_review.server.database import Database, metadata

PREFIX = "/cds-services"
LEEWAY = 60
LONGEST = 3600.0
ALGORITHMS = {"RSA": ("RS384", "RS256", "RS512", "PS384", "PS256"), "EC": ("ES384", "ES256", "ES512")}
SMALLEST_RSA = 2048

used_tokens = Table(
    "cds_tokens", metadata, Column("digest", String(64), primary_key=True), Column("expires", Float, nullable=False, index=True)
)


@dataclass(frozen=True, slots=True)
class Ehr:
    """One EHR that is believed."""

    name: str
    issuer: str
    tenant: str
    audience: str
    jku: str
    keys: dict[str, jwt.PyJWK]


class Trust:
    """The authenticator of EHRs, for the paths of CDS Hooks alone.

    Parameters
    ----------
    database
        Where used tokens are remembered until they expire.
    file
        The list; without it nobody is believed.

    Raises
    ------
    SettingsError
        The list or a key file cannot be used.
    """

    def __init__(self, database: Database, file: Path | None) -> None:
        self._database, self._file = database, file
        self._stamp: object = None
        self._ehrs: dict[str, Ehr] = {}
        if file is not None:
            self._ehrs, self._stamp = read_ehrs(file), _stamp(file)

    async def authenticate(self, credential: str, scope: Scope) -> Caller | None:
        """Return the EHR of a valid, unused token."""
        path = str(scope["path"])
        if self._file is None or not path.startswith(f"{PREFIX}/") or credential.count(".") != 2:
            return None
        self._renew()
        try:
            ehr, claims = self._verified(credential, path)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            return None
        digest = hashlib.sha256(json.dumps([ehr.issuer, claims["jti"]]).encode()).hexdigest()
        expires = float(claims["exp"]) + LEEWAY
        if not await self._database.write(lambda connection: _first_use(connection, digest, expires)):
            return None
        return Caller(ehr.tenant, ehr.name, frozenset({"review"}))

    def _renew(self) -> None:
        """Read the list anew where a file changed; a list that is broken now leaves the last good one in force."""
        assert self._file is not None
        try:
            stamp = _stamp(self._file)
            if stamp != self._stamp:
                self._ehrs, self._stamp = read_ehrs(self._file), stamp
        except (SettingsError, OSError):
            return

    def _verified(self, credential: str, path: str) -> tuple[Ehr, dict[str, Any]]:
        header = jwt.get_unverified_header(credential)
        issuer = jwt.decode(credential, options={"verify_signature": False})["iss"]
        ehr = self._ehrs[issuer]
        if "jku" in header and header["jku"] != ehr.jku:
            raise ValueError("another jku")
        key = ehr.keys[header["kid"]]
        claims = jwt.decode(
            credential, key.key, algorithms=ALGORITHMS[key.key_type or ""], issuer=ehr.issuer, audience=_audiences(ehr, path),
            leeway=LEEWAY, options={"require": ["iss", "aud", "exp", "iat", "jti"], "strict_aud": False},
        )  # fmt: skip
        if not isinstance(claims["jti"], str) or not claims["jti"] or claims["exp"] - claims["iat"] > LONGEST:
            raise ValueError("no jti, or too long a life")
        return ehr, claims


def read_ehrs(file: Path) -> dict[str, Ehr]:
    """Return the EHRs of a list by issuer.

    Raises
    ------
    SettingsError
        The list or a key file cannot be used; the message names the file and the entry.
    """
    try:
        listed = tomllib.loads(file.read_text(encoding="utf-8")).get("ehr", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file.name}: cannot be read ({type(error).__name__})") from None
    ehrs = [_ehr(entry, number, file) for number, entry in enumerate(listed if isinstance(listed, list) else [], 1)]
    if not ehrs:
        raise SettingsError(f"{file.name}: lists no [[ehr]]")
    return {ehr.issuer: ehr for ehr in ehrs}


def _ehr(entry: Any, number: int, file: Path) -> Ehr:
    place = f"{file.name}: [[ehr]] {number}"
    wanted = ("issuer", "tenant", "audience", "keys")
    if not isinstance(entry, dict) or any(not isinstance(entry.get(name), str) or not entry[name] for name in wanted):
        raise SettingsError(f"{place}: has {', '.join(wanted)}")
    if unknown := set(entry) - {*wanted, "jku"}:
        raise SettingsError(f"{place}: knows no {', '.join(sorted(unknown))}")
    if not TENANT.fullmatch(entry["tenant"]):
        raise SettingsError(f"{place}: a tenant's name is lower-case letters, digits, - and _")
    jku = entry.get("jku", "")
    if not isinstance(jku, str):
        raise SettingsError(f"{place}: jku is an address")
    keys = {key.key_id or "": key for key in _keys(file.parent / entry["keys"], place)}
    # The audit log's word for it: made here, so that no address of the EHR gets there.
    name = "ehr-" + hashlib.sha256(entry["issuer"].encode()).hexdigest()[:12]
    return Ehr(name, entry["issuer"], entry["tenant"], entry["audience"].rstrip("/"), jku, keys)


def _keys(file: Path, place: str) -> Iterable[jwt.PyJWK]:
    try:
        keys = jwt.PyJWKSet.from_dict(json.loads(file.read_bytes())).keys
    except (OSError, ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
        raise SettingsError(f"{place}: its keys cannot be read ({type(error).__name__})") from None
    for key in keys:
        if key.key_type not in ALGORITHMS or not key.key_id or hasattr(key.key, "private_numbers"):
            raise SettingsError(f"{place}: its keys are public RSA or EC keys, each with a kid")
        if key.key_type == "RSA" and key.key.key_size < SMALLEST_RSA:
            raise SettingsError(f"{place}: an RSA key has {SMALLEST_RSA} bits or more")
    return keys


def _audiences(ehr: Ehr, path: str) -> list[str]:
    """Return the addresses a token may be made out to: this path, and its service where it is the service's feedback."""
    return [f"{ehr.audience}{p}" for p in dict.fromkeys((path, path.removesuffix("/feedback")))]


def _first_use(connection: Connection, digest: str, expires: float) -> bool:
    connection.execute(delete(used_tokens).where(used_tokens.c.expires < time.time()))
    try:
        with connection.begin_nested():
            connection.execute(insert(used_tokens).values(digest=digest, expires=expires))
    except IntegrityError:
        return False
    return True


def _stamp(file: Path) -> object:
    files = [file, *sorted(file.parent.glob("*.json"))]
    return [(f.name, f.stat().st_mtime_ns, f.stat().st_size) for f in files]
