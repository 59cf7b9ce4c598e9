"""Starting the server: on loopback with a token of its own, or elsewhere where credentials and encryption are configured."""

from __future__ import annotations

import ipaddress
import logging
import os
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from note_review.batch.worker import ReviewsNotes
from note_review.errors import SettingsError
from note_review.server.app import create_app
from note_review.server.database import Database
from note_review.server.keys import Keys
from note_review.server.services import Catalogue, Limits

TOKEN_VARIABLE = "NOTE_REVIEW_TOKEN"
SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Listen:
    """Where and how to listen.

    Parameters
    ----------
    host, port
        The address.
    tokens
        Bearer tokens; without any, ``NOTE_REVIEW_TOKEN``; without that, one is made and told once (on loopback only).
    certificate, key
        PEM files for TLS.
    proxy
        Address of the proxy that ends TLS before this server.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    tokens: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    proxy: str | None = None


def told(message: str) -> None:
    """Write a message to standard error."""
    print(message, file=sys.stderr, flush=True)


def serve(
    reviewer: ReviewsNotes,
    listen: Listen = Listen(),
    *,
    database: Database,
    catalogue: Catalogue = Catalogue(),
    limits: Limits = Limits(),
    announce: Callable[[str], None] = told,
) -> None:
    """Serve until stopped.

    Raises
    ------
    SettingsError
        The address is not loopback, and tokens are not configured or neither TLS nor a proxy is.
    """
    has_keys = any(key.state(time.time()) == "active" for key in Keys(database).list())
    tokens, made = credentials(listen, has_keys=has_keys)
    app = create_app(reviewer, database=database, tokens=tokens, catalogue=catalogue, limits=limits)
    _log_to_stderr()
    scheme = "https" if listen.certificate else "http"
    announce(f"Listening on {scheme}://{listen.host}:{listen.port} (stop with Ctrl-C)")
    if made:
        announce(f"Token for this start, told once: {tokens[0]}")
    uvicorn.Server(_config(app, listen)).run()


def credentials(listen: Listen, *, has_keys: bool = False) -> tuple[tuple[str, ...], bool]:
    """Return the tokens and whether one was made here: none is where the database has keys.

    Raises
    ------
    SettingsError
        As of ``serve``.
    """
    environment = os.environ.get(TOKEN_VARIABLE, "").strip()
    configured = listen.tokens or ((environment,) if environment else ())
    if (listen.certificate is None) != (listen.key is None):
        raise SettingsError("TLS needs both a certificate and a key")
    for file in (listen.certificate, listen.key):
        if file is not None and not file.is_file():
            raise SettingsError("the TLS certificate or key is not there")
    if not _is_loopback(listen.host):
        if not (configured or has_keys) or any(len(token) < SHORTEST_TOKEN for token in configured):
            raise SettingsError(
                f"to listen on {listen.host}, make a key (note-review keys create) "
                f"or set {TOKEN_VARIABLE} to {SHORTEST_TOKEN} characters or more"
            )
        if listen.certificate is None and listen.proxy is None:
            raise SettingsError(f"to listen on {listen.host}, give TLS files or name the proxy that ends TLS")
    return (configured, False) if configured or has_keys else ((secrets.token_urlsafe(32),), True)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _config(app: Callable[..., object], listen: Listen) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=listen.host,
        port=listen.port,
        # Its access log prints query strings; ours does not.
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        proxy_headers=listen.proxy is not None,
        forwarded_allow_ips=listen.proxy,
        ssl_certfile=listen.certificate,
        ssl_keyfile=listen.key,
    )


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for name, level in (("note_review", logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
