"""The OAuth2 token endpoint: a key's id and secret for a short-lived access token."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from note_review.server.access_tokens import SECONDS
from note_review.server.audit import Entry
from note_review.server.body import read_bytes
from note_review.server.schema import refusals
from note_review.server.services import services_of

FORM = "application/x-www-form-urlencoded"
LONGEST = 4096
router = APIRouter(tags=["credentials"])
_FORM_SCHEMA = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "client_id": {"type": "string", "description": "The key's id; or send id and secret as HTTP Basic."},
        "client_secret": {"type": "string", "description": "The key's secret, or the whole key."},
        "scope": {"type": "string", "description": "Some of the key's scopes, parted by spaces; else all."},
    },
}


class TokenOut(BaseModel):
    """An access token (RFC 6749, 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class TokenRefused(BaseModel):
    """Why there is none (RFC 6749, 5.2)."""

    error: str


@router.post(
    "/oauth/token",
    response_model=TokenOut,
    summary="An access token for a key",
    openapi_extra={"requestBody": {"required": True, "content": {FORM: {"schema": _FORM_SCHEMA}}}, "security": []},
    responses={
        400: {"description": "The request is none of this grant", "model": TokenRefused},
        401: {"description": "The key is not known", "model": TokenRefused},
        **refusals(408, 413, 415),
    },
)
async def token(request: Request) -> JSONResponse:
    """Give a token for a key's id and secret (``nr_ID_SECRET``): grant ``client_credentials``, by HTTP Basic or in the form."""
    services = services_of(request)
    body = await read_bytes(request, types=(FORM,), limit=LONGEST, seconds=services.limits.seconds)
    form = dict(parse_qsl(body.decode("latin-1")))
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type" if "grant_type" in form else "invalid_request")
    id, secret = _client(request, form)
    key = await services.keys.with_secret(id, secret.removeprefix(f"nr_{id}_"))
    if key is None:
        return _refused(401, "invalid_client")
    scopes = form.get("scope", "").split() or key.scopes
    if not set(scopes) <= set(key.scopes):
        return _refused(400, "invalid_scope")
    await services.audit.append(Entry(key.tenant, key.id, "token.issue", key.id))
    made = services.access_tokens.make(key, scopes)
    told = TokenOut(access_token=made, token_type="Bearer", expires_in=SECONDS, scope=" ".join(sorted(scopes)))
    return JSONResponse(told.model_dump(), headers={"Pragma": "no-cache"})


def _client(request: Request, form: dict[str, str]) -> tuple[str, str]:
    scheme, _, written = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        id, _, secret = base64.b64decode(written, validate=True).decode("latin-1").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(id), unquote_plus(secret)


def _refused(status: int, error: str) -> JSONResponse:
    headers: dict[str, Any] = {"WWW-Authenticate": "Basic"} if status == 401 else {}
    return JSONResponse({"error": error}, status, headers)
