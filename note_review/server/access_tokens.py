"""Access tokens of the OAuth2 client-credentials grant (RFC 6749, 4.4): short-lived JWTs that stand for an API key and some of its scopes."""

from __future__ import annotations

import time
from collections.abc import Collection

import jwt
from starlette.types import Scope

from note_review.server.callers import Caller
from note_review.server.database import Database
from note_review.server.keys import ApiKey, Keys

SECONDS = 600
ISSUER = "note-review"
ALGORITHM = "HS256"
CLAIMS = ["iss", "aud", "sub", "exp", "iat", "jti", "scope"]


class AccessTokens:
    """Makes and takes access tokens; they are signed with a secret of this database, so every worker knows them.

    A token ends with its key: revoking the key ends it too.
    """

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database, self._keys = database, keys

    def make(self, key: ApiKey, scopes: Collection[str]) -> str:
        """Return a token of a key for some of its scopes."""
        now = int(time.time())
        claims = {
            "iss": ISSUER, "aud": ISSUER, "sub": key.id, "iat": now, "exp": now + SECONDS,
            "jti": f"{key.id}-{time.time_ns():x}", "scope": " ".join(sorted(scopes)),
        }  # fmt: skip
        return jwt.encode(claims, self._database.secret("access-tokens"), ALGORITHM, headers={"typ": "at+jwt"})

    async def authenticate(self, credential: str, scope: Scope) -> Caller | None:
        """Return the client of a token that is in force."""
        if credential.count(".") != 2:
            return None
        try:
            claims = jwt.decode(
                credential, self._database.secret("access-tokens"), algorithms=[ALGORITHM], audience=ISSUER, issuer=ISSUER,
                options={"require": CLAIMS},
            )  # fmt: skip
        except jwt.InvalidTokenError:
            return None
        key = await self._keys.active(str(claims["sub"]))
        if key is None:
            return None
        return Caller(key.tenant, key.id, frozenset(str(claims["scope"]).split()) & frozenset(key.scopes), key.rate)
