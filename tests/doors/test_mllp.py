"""HL7 v2 over a real MLLP socket: what is acknowledged how, and where the review goes."""

import base64
import json
import socket
import ssl
import threading

import pytest
from mllp_sender import Line, assert_ack, free_port, mdm, segments
from server_process import Server, wait_for
from webhook_receiver import Receiver

from note_review.errors import SettingsError
from note_review.server.database import open_database
from note_review.server.hl7.mllp import MllpOptions
from note_review.server.sealing import Seal
from note_review.server.webhooks.endpoints import Endpoints

TEXT = "CANARY 97112 x 23 min|delayed R ankle strategy & more"


class Chart:
    """The system that reviews are sent to; it answers what it is told to."""

    def __init__(self):
        self.got, self.answers = [], []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                data = b""
                while not data.endswith(b"\x1c\r") and (chunk := connection.recv(65536)):
                    data += chunk
                message = segments(data[1:-2].decode())
                self.got.append(message)
                code = self.answers.pop(0) if self.answers else "AA"
                control = message["MSH"][0][9]
                if code:
                    connection.sendall(f"\x0bMSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5.1\rMSA|{code}|{control}\r\x1c\r".encode())

    def close(self):
        self._listening.close()
        self._thread.join(0.1)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    chart, port = Chart(), free_port()
    mllp = {"listen": f"127.0.0.1:{port}", "to": f"127.0.0.1:{chart.port}", "tenant": "clinic-a"}
    server = Server(tmp_path_factory.mktemp("mllp") / "log", deployment={"mllp": mllp})
    yield server, port, chart
    server.stop()
    chart.close()
    log = server.log.read_text()
    assert "MLLP message: AA" in log
    assert not [word for word in ("CANARY", "Traceback", "Doe", "MRN7", "DOC-9") if word in log]


@pytest.fixture
def line(running):
    with Line(running[1]) as made:
        yield made


@pytest.fixture
def chart(running):
    running[2].got.clear()
    return running[2]


def test_a_document_is_reviewed_and_the_review_sent_before_it_is_accepted(line, chart):
    answer = line.send(mdm())
    assert_ack(answer, "AA")
    assert answer["MSH"][0][2:6] == ["NR", "HERE", "EHR", "CLINIC"]
    (oru,) = chart.got
    assert oru["MSH"][0][8] == "ORU^R01^ORU_R01"
    assert oru["PID"] == [["PID", "1", "", "MRN7^^^CLINIC", "", "Doe^Jane", "", "19600101", "F"]]
    assert oru["OBR"][0][2] == "DOC-9"
    by_code = {obx[3].split("^")[0]: obx for obx in oru["OBX"]}
    assert by_code["READS_AS"][5] == "97112"
    assert "\\.br\\" in by_code["NR201"][5]
    review = json.loads(base64.b64decode(by_code["REVIEW"][5].split("^")[4]))
    assert review["id"] == "DOC-9"
    assert review["deficits"][0]["text"] == "delayed R ankle strategy"
    assert {obx[11] for obx in oru["OBX"]} == {"F"}


def test_a_draft_document_gives_preliminary_results(line, chart):
    assert_ack(line.send(mdm(status="IP")), "AA")
    assert {obx[11] for obx in chart.got[0]["OBX"]} == {"P"}


def test_many_messages_on_one_connection_and_in_pieces(line, chart):
    data = b"\x0b" + mdm(control="C2") + b"\x1c\r"
    for start in range(0, len(data), 50):
        line.raw(data[start : start + 50])
    line.raw(b"\x0b" + mdm(control="C3") + b"\x1c\r")
    assert_ack(line.receive(), "AA", "C2")
    assert_ack(line.receive(), "AA", "C3")


@pytest.mark.parametrize(
    ("message", "code", "control", "error"),
    [
        (b"CANARY", "AR", "", "101"),
        (b"", "AR", "", "101"),
        (mdm(control=""), "AR", "", "101"),
        (mdm(kind="ADT^A08"), "AR", "C1", "200"),
        (mdm(kind="MDM^T01"), "AR", "C1", "201"),
        (mdm(kind="MDM^T11"), "AR", "C1", "201"),
        (mdm(version="3.0"), "AR", "C1", "203"),
        (mdm(value=""), "AE", "C1", "207"),
        (mdm(obx="ED", value="^application^pdf^Base64^CANARY!"), "AE", "C1", "207"),
        (mdm(obx="RP", value="CANARY"), "AE", "C1", "207"),
        (mdm(status="CA"), "AE", "C1", "207"),
        (mdm(value="RAISE CANARY"), "AE", "C1", "207"),
    ],
)
def test_what_is_not_accepted_says_why(line, chart, message, code, control, error):
    assert_ack(line.send(message), code, control, error)
    assert chart.got == []
    assert_ack(line.send(mdm()), "AA")  # the connection goes on


def test_a_receiver_that_refuses_or_is_silent_leaves_the_message_with_its_sender(line, chart):
    for answer in ("AE", "AR", ""):
        chart.answers = [answer]
        assert_ack(line.send(mdm()), "AE", error="207")
    assert_ack(line.send(mdm()), "AA")


def test_a_message_over_the_limit_is_refused_and_the_connection_closed(running):
    # Far over: most of it is still under way when it is refused, and yet the sender reads why.
    with Line(running[1]) as line:
        assert_ack(line.send(mdm(value="CANARY" * 500_000)), "AR", "", "207")
        assert line.receive() is None


def test_every_answer_is_counted_by_its_code(running, chart):
    server, port, _ = running
    before = server.counted("note_review_mllp_messages")
    with Line(port) as line:
        for message in (mdm(), mdm(), mdm(value=""), b"CANARY", mdm(kind="ADT^A08"), mdm(value="CANARY" * 10_000)):
            line.send(message)
    after = server.counted("note_review_mllp_messages")
    assert {code: after[code] - before[code] for code in after} == {"AA": 2, "AE": 1, "AR": 3}


def test_without_a_receiver_a_message_is_a_job_and_the_webhook_tells(tmp_path):
    receiver, port = Receiver(), free_port()
    database = open_database(f"sqlite:///{tmp_path / 'state.db'}")
    Endpoints(database, Seal()).add(tenant="default", url=receiver.url)
    database.close()
    server = Server(tmp_path / "log", deployment={"mllp": {"listen": f"127.0.0.1:{port}"}})
    try:
        with Line(port) as line:
            assert_ack(line.send(mdm()), "AA")
        (_, body), *_ = wait_for(lambda: receiver.got)
        assert b"CANARY" not in body
        assert b"DOC-9" not in body
        with server.client() as client:
            reviews = client.get(f"/v1/jobs/{json.loads(body)['data']['job']}/reviews").text.splitlines()
        assert [json.loads(review)["id"] for review in reviews] == ["DOC-9"]
    finally:
        server.stop()
        receiver.close()
    assert "CANARY" not in server.log.read_text()


def test_a_killed_server_keeps_what_it_accepted(tmp_path):
    port = free_port()
    server = Server(tmp_path / "log", deployment={"mllp": {"listen": f"127.0.0.1:{port}"}}, FAKE_PAUSE="0.5")
    with Line(port) as line:
        for number in range(3):
            assert_ack(line.send(mdm(control=f"C{number}")), "AA", f"C{number}")
        server.kill()
    again = Server(tmp_path / "log2", TEST_LEASE="1")
    try:
        with again.client() as client:

            def done():
                jobs = client.get("/v1/jobs").json()["jobs"]
                return len(jobs) == 3 and all(job["state"] == "done" for job in jobs)

            wait_for(done, 40)
    finally:
        again.stop()


@pytest.mark.parametrize(
    "given",
    [
        {"listen": "nowhere"}, {"listen": "127.0.0.1:0"}, {"listen": "127.0.0.1:x"}, {"listen": "127.0.0.1:2575", "to": "host"},
        {"listen": "0.0.0.0:2575"}, {"listen": "0.0.0.0:2575", "certificate": "c.pem", "key": "k.pem"},
    ],
)  # fmt: skip
def test_nothing_goes_over_a_network_in_the_clear(given):
    with pytest.raises(SettingsError):
        MllpOptions(**given).check()


def test_off_loopback_what_is_sent_is_encrypted_unless_a_proxy_does_it():
    to = MllpOptions(listen="127.0.0.1:2575", to="chart.example:2575")
    assert isinstance(to.outgoing_tls(), ssl.SSLContext)
    assert to.model_copy(update={"is_proxied": True}).outgoing_tls() is None
    MllpOptions(listen="0.0.0.0:2575", is_proxied=True).check()
