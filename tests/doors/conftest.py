"""Databases to test against: SQLite always, a PostgreSQL of our own in the slow proofs."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from note_review.server.database import open_database

SYSTEM_USER = "postgres"


def _program(name):
    found = shutil.which(name) or next((str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None)
    if found is None:
        assert not os.environ.get("CI"), "CI installs PostgreSQL"
        pytest.skip("PostgreSQL is not installed")
    return found


def _as_postgres(*command):
    # PostgreSQL refuses to run as root.
    if os.geteuid() == 0:
        command = ("runuser", "-u", SYSTEM_USER, "--", *command)
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd="/")


@pytest.fixture(scope="session")
def postgres():
    """The URL of a server that answers on a socket in a folder of ours, and nowhere else."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="nr-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, SYSTEM_USER)
    _as_postgres(initdb, "-D", str(folder / "data"), "-U", "owner", "--auth=trust", "-E", "UTF8")
    try:
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        _as_postgres(pg_ctl, "-D", str(folder / "data"), "-w", "-o", options, "-l", str(folder / "log"), "start")
        yield lambda name: f"postgresql://owner@/{name}?host={folder}"
    finally:
        _as_postgres(pg_ctl, "-D", str(folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(folder)


DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]


def _new_database(request, folder):
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'state.db'}"
    postgres = request.getfixturevalue("postgres")
    name = f"t{os.urandom(6).hex()}"
    with psycopg.connect(postgres("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres(name)


@pytest.fixture(params=DATABASES)
def database_url(request, tmp_path):
    return _new_database(request, tmp_path)


@pytest.fixture(params=DATABASES, scope="module")
def shared_database_url(request, tmp_path_factory):
    return _new_database(request, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    yield opened
    opened.close()
