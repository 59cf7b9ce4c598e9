"""Sockets bound before anything slow, so that an address that is taken is told at once and in words; which hosts are this machine."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket

from note_review.errors import SettingsError


def bound(host: str, port: int) -> list[socket.socket]:
    """Return a socket bound to each address of ``host``.

    Raises
    ------
    SettingsError
        There is no such host, or an address is taken or forbidden.
    """
    made: list[socket.socket] = []
    try:
        # The resolver would take it modulo 65,536.
        if not 0 <= port < 65_536:
            raise OSError
        for family, kind, protocol, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE):
            one = socket.socket(family, kind, protocol)
            made.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                one.bind(where)
            except OSError as error:
                # A name's IPv6 address on a machine without IPv6.
                if error.errno != errno.EADDRNOTAVAIL or family != socket.AF_INET6 or host == where[0]:
                    raise
                made.pop().close()
                continue
            one.set_inheritable(True)
    except OSError as error:
        for one in made:
            one.close()
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such host or port"
        raise SettingsError(f"cannot listen on {host}:{port}: {reason}") from None
    return made


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
