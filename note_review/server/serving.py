"""Starting the server: on loopback with a token of its own, or elsewhere where credentials and encryption are configured."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from note_review.errors import SettingsError
from note_review.server import metrics
from note_review.server.cores import keep_to, share_of_cores
from note_review.server.database import open_database
from note_review.server.deployment import TOKEN_VARIABLE, VARIABLE, Deployment
from note_review.server.hl7.mllp import address
from note_review.server.keys import Keys
from note_review.server.listening import bound, is_loopback

SHORTEST_TOKEN = 16
TRIAL = "from note_review.server.deployment import try_app_of_environment; try_app_of_environment()"
APP = "note_review.server.deployment:app_of_environment"


@dataclass(frozen=True, slots=True)
class Listen:
    """Where and how to listen.

    Parameters
    ----------
    host, port
        The address.
    certificate, key
        PEM files for TLS.
    proxy
        Addresses or networks of the proxies that end TLS before this server, parted by commas.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    key: Path | None = None
    proxy: str | None = None


def told(message: str) -> None:
    """Write a message to standard error."""
    print(message, file=sys.stderr, flush=True)


def serve(listen: Listen = Listen(), deployment: Deployment = Deployment(), *, announce: Callable[[str], None] = told) -> None:
    """Serve until stopped.

    Raises
    ------
    NoteReviewError
        A model, a policy or the database cannot be opened, an address is taken, the TLS files are no pair, the batches' folder is not there; or the address is not
        loopback, and credentials are not configured or neither TLS nor a proxy is.
    """
    made = _credential(listen, deployment)
    _try_tls(listen)
    if deployment.batches is not None and not deployment.batches.is_dir():
        raise SettingsError(f"--batches: there is no folder {deployment.batches}")
    with _shared(deployment) as ready, contextlib.ExitStack() as opened:
        if ready.mllp:
            ready.mllp.check()
            _try_mllp(ready.mllp.listen)
        sockets = [opened.enter_context(one) for one in bound(listen.host, listen.port)]
        os.environ[VARIABLE] = ready.model_dump_json()
        if ready.workers > 1:
            _try_app()
            # The larger network reads outside the interpreter: two notes of one worker want two cores.
            are_placed = ready.engine != "accurate"
            server: Callable[[], None] = _Workers(_config(APP, listen, ready), sockets, are_placed=are_placed).run
        else:
            server = partial(uvicorn.Server(_config(ready.app(), listen, ready)).run, sockets=sockets)
        scheme = "https" if listen.certificate else "http"
        announce(f"Listening on {scheme}://{listen.host}:{listen.port} (stop with Ctrl-C)")
        if made:
            announce(f"Token for this start, told once: {made}")
        server()


def credential(listen: Listen, *, has_keys: bool) -> str | None:
    """Return the token that has to be made for this start, or None where credentials are configured.

    Raises
    ------
    SettingsError
        As of ``serve``.
    """
    configured = os.environ.get(TOKEN_VARIABLE, "").strip()
    if (listen.certificate is None) != (listen.key is None):
        raise SettingsError("TLS needs both a certificate and a key")
    for file in (listen.certificate, listen.key):
        if file is not None and not file.is_file():
            raise SettingsError("the TLS certificate or key is not there")
    for proxy in filter(None, (listen.proxy or "").split(",")):
        if not _is_network(proxy.strip()):
            raise SettingsError("--proxy wants addresses or networks, like 10.0.0.1 or 10.0.0.0/8, parted by commas")
    if not is_loopback(listen.host):
        if not (configured or has_keys) or (configured and len(configured) < SHORTEST_TOKEN):
            raise SettingsError(
                f"to listen on {listen.host}, make a key (note-review keys create) "
                f"or set {TOKEN_VARIABLE} to {SHORTEST_TOKEN} characters or more"
            )
        if listen.certificate is None and listen.proxy is None:
            raise SettingsError(f"to listen on {listen.host}, give TLS files or name the proxy that ends TLS")
    return None if configured or has_keys else secrets.token_urlsafe(32)


def _credential(listen: Listen, deployment: Deployment) -> str | None:
    database = open_database(deployment.database)
    try:
        made = credential(listen, has_keys=any(key.state(time.time()) == "active" for key in Keys(database).list()))
    finally:
        database.close()
    if made:
        os.environ[TOKEN_VARIABLE] = made
    return made


@contextmanager
def _shared(deployment: Deployment) -> Iterator[Deployment]:
    """Give the worker processes a folder in which they count together."""
    if deployment.workers == 1:
        yield deployment
        return
    with tempfile.TemporaryDirectory(prefix="note-review-") as folder:
        (Path(folder) / "metrics").mkdir()
        metrics.share(Path(folder) / "metrics")
        yield deployment.model_copy(update={"accounts": Path(folder) / "accounts"})


class _Workers(Multiprocess):
    """Worker processes on shared sockets, where ``are_placed`` each on its own share of the cores.

    The sockets close as soon as the workers are told to end. Left open here, they would go on taking connections that nobody answers,
    for as long as the last request takes.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket], *, are_placed: bool) -> None:
        super().__init__(config, sockets)
        self._are_placed = are_placed and hasattr(os, "sched_getaffinity")  # not on macOS
        self._placed: set[int] = set()

    def init_processes(self) -> None:
        super().init_processes()
        self._place()

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        self._place()

    def _place(self) -> None:
        if not self._are_placed:
            return
        cores = os.sched_getaffinity(0)
        for place, process in enumerate(self.processes):
            if process.pid is not None and process.pid not in self._placed:
                keep_to(process.pid, share_of_cores(place, workers=len(self.processes), cores=cores))
        self._placed = {process.pid for process in self.processes if process.pid is not None}

    def terminate_all(self) -> None:
        super().terminate_all()
        for one in self.sockets:
            one.close()


def _try_app() -> None:
    # A worker that cannot start would be started again and again: one is made apart first. It counts nothing.
    environment = {name: value for name, value in os.environ.items() if name != metrics.SHARED_VARIABLE}
    trial = subprocess.run([sys.executable, "-c", TRIAL], capture_output=True, text=True, check=False, env=environment)
    if trial.returncode:
        raise SettingsError(trial.stderr.strip() or "a worker process cannot be started")


def _try_tls(listen: Listen) -> None:
    if listen.certificate is None:
        return
    try:
        # A password is not asked for: nobody sits before a server.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(listen.certificate, listen.key, password="")
    except (OSError, ValueError):
        raise SettingsError("the TLS certificate and key are no pair in PEM without a password") from None


def _try_mllp(written: str) -> None:
    # Worker processes share the port, and so would another server of ours, unnoticed: messages would go to either.
    host, port = address(written, "--mllp")
    for one in bound(host, port):
        one.close()


def _is_network(written: str) -> bool:
    try:
        return bool(ipaddress.ip_network(written, strict=False))
    except ValueError:
        return False


def _config(app: Callable[..., object] | str, listen: Listen, deployment: Deployment) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=listen.host,
        port=listen.port,
        workers=deployment.workers,
        # Its access log prints query strings; ours does not.
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=deployment.drain,
        timeout_worker_healthcheck=30,
        proxy_headers=listen.proxy is not None,
        forwarded_allow_ips=listen.proxy,
        ssl_certfile=listen.certificate,
        ssl_keyfile=listen.key,
    )
