"""The database: SQLite by default, PostgreSQL by URL, reached through SQLAlchemy Core. Each table stands in the module that uses it."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, String, Table, create_engine, event, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError

from note_review.errors import SettingsError

URL_VARIABLE = "NOTE_REVIEW_DATABASE"
SCHEMA_VERSION = b"1"
THREADS = 4
Result = TypeVar("Result")

metadata = MetaData()
constants = Table(
    "constants", metadata, Column("name", String(32), primary_key=True), Column("value", LargeBinary, nullable=False)
)


class Database:
    """One database and the threads that wait for it.

    Parameters
    ----------
    url
        ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.

    Raises
    ------
    SettingsError
        The URL is of another kind, its driver is not installed, or the database does not answer.
    """

    def __init__(self, url: str) -> None:
        self._url = _with_driver(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = _engine(self._url, is_sqlite=self.is_sqlite)
        self._writing = self._engine.execution_options(writing=True)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="database")
        self._secrets: dict[str, bytes] = {}

    def create_schema(self) -> None:
        """Create the tables that are absent; what is there stays.

        Raises
        ------
        SettingsError
            The database does not answer, or a newer version of this program made it.
        """
        try:
            self._create_absent()
            made_by = self._constant("schema", SCHEMA_VERSION)
        except (SQLAlchemyError, OSError) as error:
            raise SettingsError(f"the database cannot be opened ({type(error).__name__})") from None
        if made_by != SCHEMA_VERSION:
            raise SettingsError("the database was made by another version of note-review")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes: in SQLite it holds the one write lock from its start, so that it never has to start over."""
        with self._writing.begin() as connection:
            yield connection

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in a reading transaction beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._within, self.reading, work)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in a writing transaction beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._within, self.writing, work)

    def secret(self, name: str) -> bytes:
        """Return 32 random bytes that belong to this database, made when first asked for."""
        if name not in self._secrets:
            self._secrets[name] = self._constant(name, secrets.token_bytes(32))
        return self._secrets[name]

    def forget_deleted(self) -> None:
        """Take what was deleted out of SQLite's journal too; its pages are overwritten as they are freed (``secure_delete``)."""
        if self.is_sqlite:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """End threads and connections."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._engine.dispose()

    @staticmethod
    def _within(transaction: Callable[[], Any], work: Callable[[Connection], Result]) -> Result:
        with transaction() as connection:
            return work(connection)

    def _create_absent(self) -> None:
        try:
            metadata.create_all(self._engine)
        except (OperationalError, ProgrammingError, IntegrityError):
            # Another process made a table between the look and the making: the second look finds it.
            metadata.create_all(self._engine)

    def _constant(self, name: str, value: bytes) -> bytes:
        found = select(constants.c.value).where(constants.c.name == name)
        with self.reading() as connection:
            known = connection.scalar(found)
        if known is not None:
            return bytes(known)
        try:
            with self.writing() as connection:
                connection.execute(insert(constants).values(name=name, value=value))
        except IntegrityError:
            pass  # another process was first: its value holds
        with self.reading() as connection:
            return bytes(connection.execute(found).scalar_one())


def open_database(url: str | None = None) -> Database:
    """Open the database of ``url``, of ``NOTE_REVIEW_DATABASE``, or the user's own, and create what tables are absent.

    Raises
    ------
    SettingsError
        As of ``Database``.
    """
    database = Database(url or os.environ.get(URL_VARIABLE) or default_url())
    database.create_schema()
    return database


def default_url() -> str:
    """Return the URL of the user's own SQLite file, in the folder where programs keep their state."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return f"sqlite:///{state / 'note-review' / 'note-review.db'}"


def _with_driver(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("the database's URL is none: sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingsError("the database is SQLite or PostgreSQL")
    return parsed


def _engine(url: URL, *, is_sqlite: bool) -> Engine:
    try:
        if not is_sqlite:
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=THREADS + 2)
        if not url.database or url.database == ":memory:":
            raise SettingsError("the database is a file: sqlite:///FILE")
        _make_private(Path(url.database))
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 15.0})
    except ModuleNotFoundError:
        raise SettingsError("PostgreSQL wants the extra 'api': pip install 'note-review[api]'") from None
    except OSError as error:
        raise SettingsError(f"the database's file cannot be made ({type(error).__name__})") from None
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up_sqlite(connection: Any, record: object) -> None:
    # The driver's own transactions begin too late for the write lock.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
