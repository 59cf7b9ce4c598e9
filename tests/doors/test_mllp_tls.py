"""MLLP over TLS with certificates on both sides: whose messages are taken, and what stops the start."""

import ssl

import pytest
from making_certificates import CLIENT, SERVER, Authority, certificate
from mllp_sender import Line, assert_ack, free_port, mdm
from server_process import Server
from typer.testing import CliRunner

from note_review.cli import app
from note_review.errors import SettingsError
from note_review.server.hl7.mllp import MllpOptions


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls") / "clinic")


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def running(request, tmp_path_factory, authority):
    certificate, key = map(str, authority.issue("server", purpose=SERVER))
    port = free_port()
    mllp = {"listen": f"127.0.0.1:{port}", "certificate": certificate, "key": key, "clients": str(authority.pem)}
    deployment = {"mllp": mllp, "workers": request.param, "limits": {"jobs": 100}}
    server = Server(tmp_path_factory.mktemp("running") / "log", deployment=deployment)
    yield server, port
    server.stop()
    log = server.log.read_text()
    assert not [word for word in ("CANARY", "Traceback", "Doe", "MRN7") if word in log]


def tls(authority, files=None):
    """The TLS of a sender that trusts the authority and shows a certificate, where it has one."""
    context = ssl.create_default_context(cafile=authority.pem)
    if files:
        context.load_cert_chain(*files)
    return context


def answer_of(port, tls=None):
    """What a sender is answered; None where the connection ends without an answer."""
    try:
        with Line(port, tls) as line:
            return line.send(mdm())
    except (ssl.SSLError, ConnectionError):
        return None


def self_signed(folder, authority):
    return certificate(folder)


def another_s(folder, authority):
    return Authority(folder / "other", "Other CA").issue("sender", purpose=CLIENT)


def a_namesake_s(folder, authority):
    return Authority(folder / "namesake").issue("sender", purpose=CLIENT)


def ended(folder, authority):
    return authority.issue("ended", purpose=CLIENT, days=-1)


def a_server_s(folder, authority):
    return authority.issue("other-server", purpose=SERVER)


def test_a_sender_with_a_certificate_of_the_authority_is_taken(running, authority):
    with Line(running[1], tls(authority, authority.issue("sender", purpose=CLIENT))) as line:
        for control in ("C1", "C2"):
            assert_ack(line.send(mdm(control=control)), "AA", control)


@pytest.mark.parametrize("shown", [None, self_signed, another_s, a_namesake_s, ended, a_server_s])
@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_any_other_sender_is_not(running, authority, tmp_path, shown, newest):
    server, port = running
    before = server.counted("note_review_mllp_messages")
    context = tls(authority, shown and shown(tmp_path, authority))
    context.maximum_version = newest
    assert answer_of(port, context) is None
    assert server.counted("note_review_mllp_messages") == before
    assert_ack(answer_of(port, tls(authority, authority.issue("sender", purpose=CLIENT))), "AA")  # others go on


def test_a_sender_in_the_clear_is_not_answered(running):
    server, port = running
    before = server.counted("note_review_mllp_messages")
    assert answer_of(port) is None
    assert server.counted("note_review_mllp_messages") == before


def test_a_sender_does_not_take_another_server_for_ours(running, tmp_path):
    with pytest.raises(ssl.SSLCertVerificationError):
        Line(running[1], tls(Authority(tmp_path / "other")))


@pytest.mark.parametrize("clients", ["absent", "key", "empty"])
def test_a_file_that_names_no_authority_stops_the_start(authority, tmp_path, clients):
    certificate, key = authority.issue("server", purpose=SERVER)
    (tmp_path / "empty").touch()
    given = {"absent": tmp_path / "absent", "key": key, "empty": tmp_path / "empty"}[clients]
    options = MllpOptions(listen="127.0.0.1:2575", certificate=certificate, key=key, clients=given)
    with pytest.raises(SettingsError, match=r"--mllp-clients: .* is no PEM file of certificates"):
        options.check()


@pytest.mark.parametrize("is_proxied", [False, True])
def test_certificates_are_not_asked_for_without_tls(authority, is_proxied):
    options = MllpOptions(listen="127.0.0.1:2575", clients=authority.pem, is_proxied=is_proxied)
    with pytest.raises(SettingsError, match="--mllp-clients wants --certificate and --key"):
        options.check()


def test_off_loopback_the_three_files_will_do(authority):
    certificate, key = authority.issue("server", purpose=SERVER)
    options = MllpOptions(listen="0.0.0.0:2575", certificate=certificate, key=key, clients=authority.pem)
    options.check()
    assert options.incoming_tls().verify_mode is ssl.CERT_REQUIRED
    with pytest.raises(SettingsError, match="no pair"):
        options.model_copy(update={"key": authority.pem}).check()


def test_the_command_says_so_before_it_loads_anything(authority, tmp_path):
    certificate, key = authority.issue("server", purpose=SERVER)
    words = [
        "serve",
        "--port",
        str(free_port()),
        "--mllp",
        f"127.0.0.1:{free_port()}",
        "--certificate",
        certificate,
        "--key",
        key,
    ]
    words += ["--mllp-clients", tmp_path / "absent.pem", "--database", f"sqlite:///{tmp_path / 'state.db'}"]
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 2
    assert "--mllp-clients" in done.stderr
    assert "absent.pem is no PEM file of certificates" in done.stderr
