"""MLLP: messages in frames over TCP, one answer to each, with limits on size, silence and connections."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from note_review.batch.worker import why
from note_review.errors import SettingsError
from note_review.server.listening import is_loopback

START, END = b"\x0b", b"\x1c\r"
SILENCE = 1800.0
SENDING = 20.0
LINGERING = 2.0
MOST_CONNECTIONS = 64
log = logging.getLogger("note_review.hl7")

Answer = Callable[[bytes], Awaitable[bytes]]


class MllpOptions(BaseModel):
    """Where messages come in, and where reviews go.

    Parameters
    ----------
    listen
        ``HOST:PORT``. Off loopback it wants TLS with ``clients``, or a stated proxy.
    to
        ``HOST:PORT`` that reviews are sent to as ORU^R01; without it each message becomes a job, whose end the webhooks tell.
    tenant
        Whose messages they are.
    certificate, key, clients
        PEM files: for TLS, and of who signs the certificates of senders (and off loopback of ``to``).
    is_proxied
        Whether the operator states that what is before or behind this server encrypts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str
    to: str | None = None
    tenant: str = "default"
    certificate: Path | None = None
    key: Path | None = None
    clients: Path | None = None
    is_proxied: bool = False

    def check(self) -> None:
        """See that no message would go over a network in the clear, and that the TLS files can be used.

        Raises
        ------
        SettingsError
            One would, an address is none, a file cannot be used, or senders would be let in without the certificates asked of them.
        """
        host, _ = address(self.listen, "--mllp")
        if self.to is not None:
            address(self.to, "--mllp-to")
        if not is_loopback(host) and not self.is_proxied and not (self.certificate and self.key and self.clients):
            raise SettingsError(
                f"to take messages on {host}, give TLS files and --mllp-clients (whose certificates senders have), or name the proxy"
            )
        if self.clients and not (self.certificate and self.key):
            raise SettingsError("--mllp-clients wants --certificate and --key: without TLS senders show no certificate")
        self.incoming_tls()
        self.outgoing_tls()

    def incoming_tls(self) -> ssl.SSLContext | None:
        """Return the TLS of the listener; with ``clients``, senders without a certificate signed there are not let in.

        Raises
        ------
        SettingsError
            A file cannot be used.
        """
        if not (self.certificate and self.key):
            return None
        context = self._trusting(ssl.Purpose.CLIENT_AUTH)
        try:
            # A password is not asked for: nobody sits before a server.
            context.load_cert_chain(self.certificate, self.key, password="")
        except (OSError, ValueError):
            raise SettingsError("the TLS certificate and key are no pair in PEM without a password") from None
        context.verify_mode = ssl.CERT_REQUIRED if self.clients else ssl.CERT_NONE
        return context

    def outgoing_tls(self) -> ssl.SSLContext | None:
        """Return the TLS towards ``to``: none on loopback and behind a stated proxy.

        Raises
        ------
        SettingsError
            As of ``incoming_tls``.
        """
        if self.to is None or self.is_proxied or is_loopback(address(self.to, "--mllp-to")[0]):
            return None
        return self._trusting(ssl.Purpose.SERVER_AUTH)

    def _trusting(self, purpose: ssl.Purpose) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(purpose, cafile=self.clients)
        except OSError:
            raise SettingsError(f"--mllp-clients: {self.clients} is no PEM file of certificates") from None


class Listener:
    """Takes connections and answers messages in the order in which each connection sends them.

    Parameters
    ----------
    options
        Where.
    answer
        What answers a message, whatever it is.
    too_large
        What answers a message over the limit, before the connection is closed.
    limit
        The largest message, in bytes.
    is_shared
        Whether other processes listen on the same port.
    """

    def __init__(
        self, options: MllpOptions, answer: Answer, *, too_large: Callable[[], bytes], limit: int, is_shared: bool
    ) -> None:
        self._options, self._answer, self._too_large = options, answer, too_large
        self._limit, self._is_shared = limit, is_shared
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._busy = 0

    async def start(self) -> None:
        """Listen.

        Raises
        ------
        SettingsError
            The port is taken, or as of ``MllpOptions.incoming_tls``.
        """
        host, port = address(self._options.listen, "--mllp")
        try:
            self._server = await asyncio.start_server(
                self._converse,
                host,
                port,
                limit=self._limit,
                ssl=self._options.incoming_tls(),
                reuse_port=self._is_shared or None,
            )
        except OSError as error:
            raise SettingsError(f"MLLP cannot listen on {self._options.listen} ({type(error).__name__})") from None

    async def stop(self, seconds: float = 10.0) -> None:
        """Take no more; let messages at hand be answered, then close."""
        if self._server is None:
            return
        self._server.close()
        until = asyncio.get_running_loop().time() + seconds
        while self._busy and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        for writer in tuple(self._open):
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._open.add(writer)
        try:
            while (data := await read_frame(reader, SILENCE)) is not None:
                self._busy += 1
                try:
                    writer.write(framed(await self._answer(data)))
                    await writer.drain()
                finally:
                    self._busy -= 1
        except asyncio.LimitOverrunError:
            log.warning("MLLP message over %d bytes", self._limit)
            writer.write(framed(self._too_large()))
            await linger(reader, writer)
        except Exception as error:
            # What remains is a connection that broke or stayed silent.
            log.warning("MLLP connection ended: %s", why(error))
        finally:
            self._open.discard(writer)
            with contextlib.suppress(Exception):
                writer.close()


async def read_frame(reader: asyncio.StreamReader, seconds: float) -> bytes | None:
    """Return what stands in the next frame; None where the sender has ended.

    Raises
    ------
    TimeoutError
        Nothing whole came in time.
    LimitOverrunError
        It is larger than the reader's limit.
    """
    try:
        async with asyncio.timeout(seconds):
            frame = await reader.readuntil(END)
    except asyncio.IncompleteReadError:
        return None
    return frame[: -len(END)].rpartition(START)[2]


async def linger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Throw away for a while what still comes, before the connection is closed.

    A socket closed over unread bytes resets the connection (RFC 1122, 4.2.2.13), and the last answer may be lost with it.
    """
    with contextlib.suppress(OSError):
        async with asyncio.timeout(LINGERING):
            await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
            while await reader.read(2**16):
                pass


async def exchange(options: MllpOptions, data: bytes, *, limit: int) -> bytes:
    """Send a message to ``options.to`` and return its answer.

    Raises
    ------
    OSError
        It is not there, does not answer in time, or hangs up.
    """
    assert options.to is not None
    host, port = address(options.to, "--mllp-to")
    async with asyncio.timeout(SENDING):
        reader, writer = await asyncio.open_connection(host, port, limit=limit, ssl=options.outgoing_tls())
        try:
            writer.write(framed(data))
            await writer.drain()
            answer = await read_frame(reader, SENDING)
        finally:
            writer.close()
    if answer is None:
        raise ConnectionResetError
    return answer


def framed(data: bytes) -> bytes:
    """Return a message in its frame."""
    return START + data + END


def address(written: str, option: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``.

    Raises
    ------
    SettingsError
        It is none.
    """
    host, _, port = written.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise SettingsError(f"{option} wants HOST:PORT")
    return host.strip("[]"), int(port)
