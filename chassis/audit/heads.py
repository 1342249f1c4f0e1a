"""The signed head of the chain: a JWT ("Ed25519" of RFC 9864) that says how far the chain had come on a day.

Whoever keeps heads elsewhere can show that the database was not rolled back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.audit.signing import TrailSigner
from contracts import wire

TYPE = "audit-head+jwt"


class HeadInvalid(ValueError):
    """Not signed by this service's audit key, or no head at all."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """``chain``: the digest up to the act number ``sequence``, in hexadecimal; ``previous``: that of the statement
    before, None for the first."""

    sequence: int
    chain: str
    signed_on: date
    signed_at: datetime
    previous: str | None


def sign(head: Head, signer: TrailSigner) -> str:
    key = signer.jwk
    header = {"alg": "Ed25519", "typ": TYPE, "kid": key.kid}
    return jwt.encode(header, wire.dump(head) | {"iss": signer.service}, key, algorithms=["Ed25519"])


def digest_of(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()


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
