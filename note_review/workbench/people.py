"""Who works here: names, roles and passwords. A password is kept as an Argon2id hash and nowhere else."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from typing import Any, Literal, cast

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from note_review.errors import SettingsError
from note_review.server.callers import TENANT
from note_review.server.database import Database
from note_review.workbench.tables import sessions, users

Role = Literal["coder", "lead", "read-only"]
ROLES: tuple[Role, ...] = ("coder", "lead", "read-only")
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
SHORTEST, LONGEST = 12, 200
FREE_TRIES = 5
LONGEST_LOCK = 900.0

_hasher = PasswordHasher()
# Each takes 64 MiB for some 50 ms: a flood of sign-ins waits its turn here.
_one_at_a_time = threading.Semaphore(2)
_NOBODY = _hasher.hash("nobody's password")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. Times are seconds since 1970, UTC."""

    name: str
    tenant: str
    role: Role
    created: float
    disabled: float | None


class People:
    """The users of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, *, name: str, tenant: str, role: str, password: str) -> User:
        """Make a user.

        Raises
        ------
        SettingsError
            The name is taken, or name, tenant, role or password are not as they must be.
        """
        if not NAME.fullmatch(name) or not TENANT.fullmatch(tenant):
            raise SettingsError("names are lower-case letters, digits, and . _ - (a user's also @)")
        user = User(name, tenant, _role(role), time.time(), None)
        row = {"name": name, "tenant": tenant, "role": role, "created": user.created, "digest": _digest(password)}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(users).values(**row))
        except IntegrityError:
            raise SettingsError("there is a user of this name") from None
        return user

    def list(self, *, tenant: str | None = None) -> list[User]:
        """Return the users of a tenant, or all, by name."""
        wanted = select(users).order_by(users.c.name)
        if tenant is not None:
            wanted = wanted.where(users.c.tenant == tenant)
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute(wanted).mappings()]

    def set_role(self, name: str, role: str, *, tenant: str | None = None) -> User:
        """Give a user another role and end its sessions.

        Raises
        ------
        SettingsError
            There is no such user (in the tenant), or no such role.
        """
        return self._change(name, {"role": _role(role)}, tenant=tenant)

    def disable(self, name: str, *, tenant: str | None = None) -> User:
        """Let nobody sign in by this name any more, and end its sessions. What it decided stays.

        Raises
        ------
        SettingsError
            There is no such user (in the tenant).
        """
        return self._change(name, {"disabled": time.time()}, tenant=tenant)

    def set_password(self, name: str, password: str, *, tenant: str | None = None) -> User:
        """Give a user another password, end all sessions, and let a disabled user in again.

        Raises
        ------
        SettingsError
            There is no such user (in the tenant), or the password is too short.
        """
        values = {"digest": _digest(password), "disabled": None, "failures": 0, "locked_until": 0.0}
        return self._change(name, values, tenant=tenant)

    def _change(self, name: str, values: dict[str, Any], *, tenant: str | None) -> User:
        own = users.c.name == name if tenant is None else (users.c.name == name) & (users.c.tenant == tenant)
        with self._database.writing() as connection:
            if not connection.execute(update(users).where(own).values(**values)).rowcount:
                raise SettingsError("there is no user of this name; see note-review users list")
            connection.execute(delete(sessions).where(sessions.c.person == name))
            return _user(connection.execute(select(users).where(own)).mappings().one())

    def recognise(self, name: str, password: str) -> User | None:
        """Return the user of name and password; after five wrong ones each further try waits longer, to 15 minutes.

        An unknown name takes as long as a known one.
        """
        with self._database.reading() as connection:
            found = connection.execute(select(users).where(users.c.name == name[:64])).mappings().first()
        right = _matches(found["digest"] if found else _NOBODY, password[:LONGEST])
        if found is None or found["disabled"] is not None or found["locked_until"] > time.time():
            return None
        with self._database.writing() as connection:
            connection.execute(update(users).where(users.c.name == name).values(**_after(found["failures"], right)))
        return _user(found) if right else None


def set_preferences(connection: Connection, name: str, *, shortcuts: bool, theme: str) -> None:
    """Keep how a user likes the pages."""
    connection.execute(update(users).where(users.c.name == name).values(shortcuts=shortcuts, theme=theme))


def _after(failures: int, right: bool) -> dict[str, Any]:
    if right:
        return {"failures": 0, "locked_until": 0.0}
    over = failures + 1 - FREE_TRIES
    wait = min(LONGEST_LOCK, 15.0 * 2 ** min(over, 10)) if over >= 0 else 0.0
    return {"failures": failures + 1, "locked_until": time.time() + wait if wait else 0.0}


def _matches(digest: str, password: str) -> bool:
    try:
        with _one_at_a_time:
            return _hasher.verify(digest, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise SettingsError(f"a password has {SHORTEST} to {LONGEST} characters")
    return _hasher.hash(password)


def _role(role: str) -> Role:
    if role not in ROLES:
        raise SettingsError(f"a role is one of {', '.join(ROLES)}")
    return role


def _user(row: RowMapping) -> User:
    return User(row["name"], row["tenant"], cast(Role, row["role"]), row["created"], row["disabled"])
