"""A sender of HL7 v2 messages over MLLP, and what it expects of an answer."""

import json
import socket


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def mdm(
    *,
    control="C1",
    kind="MDM^T02^MDM_T02",
    version="2.5.1",
    value="CANARY 97112 x 23 min\\F\\delayed R ankle strategy \\T\\ more",
    obx="FT",
    status="AU",
    more="",
):
    lines = [
        f"MSH|^~\\&|EHR|CLINIC|NR|HERE|20260504101500||{kind}|{control}|P|{version}",
        "EVN|T02|20260504101500", "PID|1||MRN7^^^CLINIC||Doe^Jane||19600101|F", "PV1|1|O|GYM^^^CLINIC",
        f"TXA|1|PN|TX|20260504100000||||||||DOC-9|||||{status}", f"OBX|1|{obx}|11508-9^PT note^LN||{value}||||||F",
    ]  # fmt: skip
    return ("\r".join(lines) + "\r" + more).encode()


class Line:
    """One MLLP connection of a sender, in TLS where it has a context."""

    def __init__(self, port, tls=None):
        self._rest, self._socket = b"", socket.create_connection(("127.0.0.1", port), timeout=20)
        if tls is not None:
            # A handshake that fails closes the socket.
            self._socket = tls.wrap_socket(self._socket, server_hostname="127.0.0.1")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        self._socket.sendall(b"\x0b" + data + b"\x1c\r")
        return self.receive()

    def raw(self, data):
        self._socket.sendall(data)

    def receive(self):
        while b"\x1c\r" not in self._rest:
            chunk = self._socket.recv(65536)
            if not chunk:
                return None
            self._rest += chunk
        frame, _, self._rest = self._rest.partition(b"\x1c\r")
        assert frame.startswith(b"\x0b")
        return segments(frame[1:].decode())

    def close(self):
        self._socket.close()


def segments(text):
    found = {}
    for line in filter(None, text.split("\r")):
        found.setdefault(line[:3], []).append(line.split("|"))
    return found


def assert_ack(answer, code, control="C1", error=None):
    (msa,) = answer["MSA"]
    assert msa[:3] == ["MSA", code, control]
    assert answer["MSH"][0][8].startswith("ACK")
    assert "CANARY" not in json.dumps(answer)
    if error:
        assert answer["ERR"][0][3].startswith(f"{error}^")
