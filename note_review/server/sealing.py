"""Stored text: sealed with AES-256-GCM where the operator gives a key, else as it is (its file is the owner's alone)."""

from __future__ import annotations

import base64
import binascii
import os
import secrets

from note_review.errors import SettingsError

KEY_VARIABLE = "NOTE_REVIEW_STORE_KEY"
_PLAIN, _SEALED = b"\x00", b"\x01"
_NONCE = 12


class Seal:
    """Seals and opens what is stored.

    Parameters
    ----------
    key
        32 bytes in base64; without it nothing is sealed.

    Raises
    ------
    SettingsError
        The key is not 32 bytes in base64.
    """

    def __init__(self, key: str | None = None) -> None:
        self._cipher = None
        if key:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            self._cipher = AESGCM(_decoded(key))

    def close(self, data: bytes, *, place: str) -> bytes:
        """Return ``data`` as it is stored; ``place`` says where, and it opens nowhere else."""
        if self._cipher is None:
            return _PLAIN + data
        nonce = secrets.token_bytes(_NONCE)
        return _SEALED + nonce + self._cipher.encrypt(nonce, data, place.encode())

    def open(self, stored: bytes, *, place: str) -> bytes:
        """Return what was stored.

        Raises
        ------
        SettingsError
            It was sealed with a key that is not here, or changed.
        """
        if stored[:1] == _PLAIN:
            return stored[1:]
        try:
            if self._cipher is not None:
                return self._cipher.decrypt(stored[1 : 1 + _NONCE], stored[1 + _NONCE :], place.encode())
        except Exception:  # the library's own type is imported only where a key is
            pass
        raise SettingsError(f"stored text cannot be opened: {KEY_VARIABLE} is not the key it was sealed with")


def seal_of_environment() -> Seal:
    """Return the seal of the operator's key, if there is one."""
    return Seal(os.environ.get(KEY_VARIABLE))


def _decoded(key: str) -> bytes:
    try:
        decoded = base64.b64decode(key, altchars=b"-_" if "-" in key or "_" in key else None, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != 32:
        raise SettingsError(f"{KEY_VARIABLE} is 32 random bytes in base64")
    return decoded
