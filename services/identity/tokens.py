"""Secrets that must not rest in the database, although a repeat of the command must give them again.

They are derived: from a key of this service and what the caller alone knows. The database holds their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final
from uuid import UUID

SECRET_SIZE: Final = 32


class Tokens:
    def __init__(self, key: bytes) -> None:
        self._key = key

    def state(self, *, caller: str, command_id: UUID) -> str:
        return self._derive("state", caller, str(command_id))

    def browser_secret(self, *, caller: str, command_id: UUID) -> str:
        return self._derive("browser secret", caller, str(command_id))

    def session_token(self, *, state: str, code: str, browser_secret: str) -> str:
        return self._derive("session token", state, code, browser_secret)

    def linked_session_token(self, *, linking_token: str) -> str:
        return self._derive("linked session token", linking_token)

    def _derive(self, purpose: str, *of: str) -> str:
        return _keyed(self._key, purpose, *of)


def code_verifier(browser_secret: str) -> str:
    """For PKCE (RFC 7636). Only who holds the browser's secret can make it again."""
    return _keyed(browser_secret.encode(), "code verifier")


def nonce(browser_secret: str) -> str:
    """For the id_token (OpenID Connect Core 1.0, 3.1.2.1)."""
    return _keyed(browser_secret.encode(), "nonce")


def new_secret() -> str:
    """Of a link that is sent by e-mail."""
    return secrets.token_urlsafe(SECRET_SIZE)


def hashed(secret: str) -> bytes:
    """As it rests. The secrets are long and random, so a plain digest is enough."""
    return hashlib.sha256(secret.encode()).digest()


def _keyed(key: bytes, purpose: str, *of: str) -> str:
    # The length before each part: "ab" + "c" must not be "a" + "bc".
    text = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in (purpose, *of))
    return base64.urlsafe_b64encode(hmac.digest(key, text, hashlib.sha256)).rstrip(b"=").decode()
