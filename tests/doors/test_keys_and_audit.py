"""Keys are digests with scopes and an end; the audit log only grows and every change of it shows."""

import asyncio
import os
import stat
import threading
import time

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from typer.testing import CliRunner

from note_review.cli import app
from note_review.errors import SettingsError
from note_review.server.audit import AuditBroken, AuditLog, Entry, audit_log
from note_review.server.database import Database, open_database
from note_review.server.keys import Keys, SingleUser, api_keys


def authenticate(keys, written):
    return asyncio.run(keys.authenticate(written, {}))


def test_a_key_is_let_in_until_it_is_revoked(database):
    keys = Keys(database)
    key, written = keys.create(tenant="clinic-a", name="scribe", scopes=["review", "jobs"], rate=5)
    caller = authenticate(keys, written)
    assert (caller.tenant, caller.client, caller.scopes, caller.rate) == ("clinic-a", key.id, {"review", "jobs"}, 5)
    for wrong in (written[:-1] + ("A" if written[-1] != "A" else "B"), written + "x", written.upper(), "", "nr_", key.id):
        assert authenticate(keys, wrong) is None
    assert keys.revoke(key.id).state(time.time()) == "revoked"
    assert authenticate(keys, written) is None
    with pytest.raises(SettingsError, match="no key"):
        keys.revoke("none")


def test_a_key_ends_by_itself(database):
    keys = Keys(database)
    _, written = keys.create(tenant="a", name="", scopes=["review"], seconds=0.2)
    assert authenticate(keys, written)
    time.sleep(0.25)
    assert authenticate(keys, written) is None
    assert [key.state(time.time()) for key in keys.list()] == ["expired"]


def test_the_database_holds_no_secret(database):
    _, written = Keys(database).create(tenant="a", name="n", scopes=["review"])
    secret = written.split("_", 2)[2]
    with database.reading() as connection:
        (row,) = connection.execute(select(api_keys))
    assert secret not in str(row)
    assert secret.encode() not in row.digest


@pytest.mark.parametrize(
    "wrong",
    [{"tenant": "A b"}, {"tenant": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"seconds": 0}, {"rate": -1}],
)
def test_a_wrong_key_is_not_made(database, wrong):
    with pytest.raises(SettingsError):
        Keys(database).create(**{"tenant": "a", "name": "n", "scopes": ["review"], **wrong})
    assert Keys(database).list() == []


def test_the_single_user_has_its_own_tokens():
    user = SingleUser(["one-token"])
    assert asyncio.run(user.authenticate("one-token", {})).tenant == "default"
    assert asyncio.run(user.authenticate("", {})) is None
    assert asyncio.run(SingleUser([]).authenticate("", {})) is None


def filled(database, rows=5):
    log = AuditLog(database)
    for number in range(rows):
        log.append_now(Entry("a" if number % 2 else "b", "key", "POST /v1/review", f"s{number}", "200", "v"))
    return log


def test_the_chain_holds_and_pages_by_tenant(database):
    log = filled(database)
    verified = log.verify()
    assert verified.rows == 5
    assert log.verify(expected=verified.head) == verified
    assert [e["number"] for e in log.page(tenant="b", after=0, limit=2)] == [1, 3]
    assert [e["number"] for e in log.page(tenant="b", after=3, limit=2)] == [5]
    assert log.page(tenant="c", after=0, limit=2) == []


@pytest.mark.parametrize("statement", [update(audit_log).values(outcome="500"), delete(audit_log)])
def test_the_database_refuses_changes(database, statement):
    log = filled(database)
    with pytest.raises(SQLAlchemyError), database.writing() as connection:
        connection.execute(statement)
    assert log.verify().rows == 5


def without_triggers(database, statement):
    with database.writing() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("DROP TRIGGER audit_log_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_log_no_delete")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_log DISABLE TRIGGER ALL")
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        (update(audit_log).where(audit_log.c.number == 2).values(outcome="500"), 2),
        (update(audit_log).where(audit_log.c.number == 3).values(at="2020"), 3),
        (update(audit_log).where(audit_log.c.number == 1).values(hash="0" * 64), 1),
        (delete(audit_log).where(audit_log.c.number == 4), 4),
        (delete(audit_log).where(audit_log.c.number == 1), 1),
    ],
)
def test_a_change_behind_the_database_s_back_shows(database, statement, row):
    log = filled(database)
    without_triggers(database, statement)
    with pytest.raises(AuditBroken, match=f"row {row} "):
        log.verify()


def test_an_end_cut_off_shows_against_a_head_that_was_kept(database):
    log = filled(database)
    head = log.verify().head
    without_triggers(database, delete(audit_log).where(audit_log.c.number == 5))
    assert log.verify().rows == 4
    with pytest.raises(AuditBroken, match="cut off"):
        log.verify(expected=head)


def test_many_writers_make_one_chain(database, database_url):
    def write(log):
        async def all():
            await asyncio.gather(*(log.append(Entry("a", f"c{n}", "x")) for n in range(100)))

        asyncio.run(all())
        log.close()

    others = [open_database(database_url) for _ in range(3)]
    threads = [threading.Thread(target=write, args=(AuditLog(other),)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()
    assert AuditLog(database).verify().rows == 300


def test_fingerprints_are_of_this_database_alone(database, tmp_path):
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    mine = AuditLog(database).fingerprint("id", "text")
    assert mine == AuditLog(database).fingerprint("id", "text")
    assert mine != AuditLog(other).fingerprint("id", "text")
    assert mine != AuditLog(database).fingerprint("idt", "ext")
    other.close()


def test_the_file_is_its_owner_s_alone(tmp_path):
    open_database(f"sqlite:///{tmp_path / 'deep' / 'state.db'}").close()
    assert stat.S_IMODE(os.stat(tmp_path / "deep" / "state.db").st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    ["", "x", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:////proc/none/x.db", "postgresql://x@127.0.0.1:1/x"],
)
def test_a_wrong_database_is_told_in_a_word(url):
    with pytest.raises(SettingsError):
        Database(url).create_schema()


def test_a_database_of_another_version_is_refused(database):
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM constants WHERE name = 'schema'")
        from note_review.server.database import constants

        connection.execute(insert(constants).values(name="schema", value=b"99"))
    with pytest.raises(SettingsError, match="another version"):
        database.create_schema()


def run(*arguments):
    return CliRunner().invoke(app, arguments)


def test_the_commands(database, database_url):
    made = run(
        "keys", "create", "--tenant", "a", "--name", "scribe", "--scope", "review", "--expires", "12h", "--database", database_url
    )
    assert made.exit_code == 0
    written = made.stdout.strip()
    assert authenticate(Keys(database), written).scopes == {"review"}
    listed = run("keys", "list", "--database", database_url).stdout
    assert "active" in listed
    assert written.split("_", 2)[2] not in listed
    id = written.split("_")[1]
    assert run("keys", "revoke", id, "--database", database_url).exit_code == 0
    assert "revoked" in run("keys", "list", "--database", database_url).stdout
    assert authenticate(Keys(database), written) is None
    verified = run("audit", "verify", "--database", database_url)
    assert verified.stdout.startswith("2 rows, unbroken")
    head = verified.stdout.strip().rpartition(" ")[2]
    assert run("audit", "verify", "--expect", head, "--database", database_url).exit_code == 0
    assert run("audit", "verify", "--expect", "f" * 64, "--database", database_url).exit_code == 1
    assert "review" in run("keys", "scopes").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("keys", "revoke", "none"),
        ("keys", "create", "--tenant", "A B", "--name", "x", "--scope", "review"),
        ("keys", "create", "--tenant", "a", "--name", "x", "--scope", "all"),
        ("keys", "create", "--tenant", "a", "--name", "x", "--scope", "review", "--expires", "soon"),
    ],
)
def test_wrong_commands_exit_2_in_one_line(tmp_path, arguments):
    done = run(*arguments, "--database", f"sqlite:///{tmp_path / 'x.db'}")
    assert done.exit_code == 2
    assert done.stderr.startswith("note-review: ")
    assert "Traceback" not in done.output
