"""The signed head of the chain: a JWT ("Ed25519" of RFC 9864) that says how far the chain had come on a day.

It is signed with the service's own key, ``<SERVICE>_AUDIT_KEY_FILE``. Only who verifies needs the public keys:
``AUDIT_KEYS_FILE``, {service: JWKS}. Whoever keeps heads elsewhere can show that the database was not rolled back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from contracts import wire

TYPE = "audit-head+jwt"


class HeadInvalid(ValueError):
    """Not signed by this service's audit key, or no head at all."""


class KeysUnusable(ValueError):
    """The file does not hold the service's public keys."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """``chain``: the digest up to the act number ``sequence``, in hexadecimal; ``previous``: that of the statement
    before, None for the first. Heads that were signed before they named one another have no ``signed_at``."""

    sequence: int
    chain: str
    signed_on: date
    signed_at: datetime | None = None
    previous: str | None = None


def sign(head: Head, *, service: str, private_key_file: Path) -> str:
    key = OKPKey.import_key(json.loads(private_key_file.read_text()))
    header = {"alg": "Ed25519", "typ": TYPE, "kid": key.kid}
    return jwt.encode(header, wire.dump(head) | {"iss": service}, key, algorithms=["Ed25519"])


def digest_of(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()


def load_keys(keys_file: Path, service: str) -> KeySet:
    """Raises KeysUnusable."""
    try:
        return KeySet.import_key_set(json.loads(keys_file.read_text())[service])
    except (JoseError, ValueError, TypeError, KeyError, OSError) as error:
        raise KeysUnusable(f"{{{service}: JWKS}} is expected ({type(error).__name__}: {error})") from error


def read(statement: str, *, service: str, keys: KeySet) -> Head:
    """Raises HeadInvalid."""
    try:
        token = jwt.decode(statement, keys, algorithms=["Ed25519"])
        if token.header.get("typ") != TYPE or token.claims.get("iss") != service:
            raise HeadInvalid("signed for something else")
        head: Head = wire.load(Head, token.claims)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise HeadInvalid(f"{type(error).__name__}: {error}") from error
    return head
