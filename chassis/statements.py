"""Short signed statements by which trust travels: EdDSA JWTs (RFC 7519, "Ed25519" of RFC 9864), verified offline.

The key sets come from ``STATEMENT_KEYS_FILE``: JSON, {issuer: JWKS of public keys}, read again when the file changes.
While it is gone or cannot be read (it is being written), those that were read before hold.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from prometheus_client import Gauge

from chassis.keys import SigningKey
from chassis.logs import log
from contracts import wire
from contracts.errors import StatementExpired, StatementForeign, StatementInvalid
from contracts.identifiers import BceNumber
from contracts.identity import PersonFacts

Kind = Literal["actor", "person", "decision", "service"]

AUDIENCE = "mon-espace"
ISSUER_OF: dict[Kind, str] = {
    "actor": "identity",
    "person": "identity",
    "decision": "delegation",
    "service": "operator",
}
LONGEST_LIFE: dict[Kind, timedelta] = {
    "actor": timedelta(minutes=5),
    "person": timedelta(minutes=5),
    "decision": timedelta(seconds=30),
    "service": timedelta(days=366),
}
# Clocks of two machines differ a little, and a shifted clock starts when its process does.
LEEWAY = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A signed-in person. ``level``: FAS assurance level, 100 to 500."""

    person_id: UUID
    session_id: UUID
    level: int
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """This person may do this for this enterprise now, under this mandate."""

    person_id: UUID
    bce_number: BceNumber
    permission: str
    procedure: str | None
    mandate_id: UUID
    establishment: str | None = None


@dataclass(frozen=True, kw_only=True)
class ServiceCaller:
    name: str
    scopes: list[str]


SERVICE_STATEMENT_ENDS = Gauge(
    "service_statement_ends_timestamp_seconds", "When the statement ends with which a service called last", ["caller"]
)

_SHAPES: dict[Kind, type[Any]] = {"actor": Actor, "person": PersonFacts, "decision": Decision, "service": ServiceCaller}


class Signer:
    """Signs for one issuer with the private JWK in a file: see ``SigningKey``."""

    def __init__(self, issuer: str, private_key_file: Path) -> None:
        self._key = SigningKey(issuer, private_key_file)

    def sign(
        self, kind: Kind, facts: Actor | PersonFacts | Decision | ServiceCaller, *, now: datetime, lasts: timedelta
    ) -> str:
        if lasts > LONGEST_LIFE[kind]:
            raise ValueError(f"a {kind} statement lasts {LONGEST_LIFE[kind]} at most")
        claims = wire.dump(facts) | {
            "iss": self._key.owner,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + lasts).timestamp()),
        }
        key = self._key.jwk
        header = {"alg": "Ed25519", "typ": f"{kind}+jwt", "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=["Ed25519"])


class Verifier:
    """Checks statements against the key sets in a file."""

    def __init__(self, keys_file: Path) -> None:
        self._file = keys_file
        self._name = str(keys_file)
        self._changed_at = 0
        self._is_readable = True
        self._key_sets: dict[str, KeySet] = {}
        self._verified: dict[tuple[Kind, str], tuple[dict[str, Any], Any]] = {}

    def verify(self, kind: Kind, statement: object, *, now: datetime) -> Any:
        """The facts of a statement: ``Actor``, ``PersonFacts``, ``Decision`` or ``ServiceCaller``.

        Raises StatementInvalid, StatementExpired or StatementForeign.
        """
        if not isinstance(statement, str):
            # A header of the bus may hold anything.
            raise StatementInvalid(kind=kind)
        self._reload_if_changed()
        if (kind, statement) not in self._verified:
            if len(self._verified) > 5000:
                self._verified.clear()
            self._verified[kind, statement] = self._read(kind, statement)
        claims, facts = self._verified[kind, statement]
        if claims["exp"] <= (now - LEEWAY).timestamp() or claims["iat"] > (now + LEEWAY).timestamp():
            raise StatementExpired(kind=kind)
        return facts

    def _read(self, kind: Kind, statement: str) -> tuple[dict[str, Any], Any]:
        keys = self._key_sets.get(ISSUER_OF[kind])
        try:
            token = jwt.decode(statement, keys, algorithms=["Ed25519"]) if keys else None
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise StatementInvalid(kind=kind) from error
        if (
            token is None
            or token.header.get("typ") != f"{kind}+jwt"
            or token.claims.get("iss") != ISSUER_OF[kind]
            or token.claims.get("aud") != AUDIENCE
        ):
            raise StatementForeign(kind=kind)
        try:
            claims = {"exp": int(token.claims["exp"]), "iat": int(token.claims["iat"])}
            if claims["exp"] - claims["iat"] > LONGEST_LIFE[kind].total_seconds():
                raise ValueError("it lasts longer than its kind may")
            facts = wire.load(_SHAPES[kind], token.claims)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise StatementInvalid(kind=kind) from error
        if isinstance(facts, ServiceCaller):
            SERVICE_STATEMENT_ENDS.labels(facts.name).set(claims["exp"])
        return claims, facts

    def _reload_if_changed(self) -> None:
        try:
            # Not by the Path, which takes three times as long: this is asked for every call.
            changed_at = os.stat(self._name).st_mtime_ns
            if changed_at == self._changed_at:
                return
            sets = json.loads(self._file.read_text())
            key_sets = {issuer: KeySet.import_key_set(keys) for issuer, keys in sets.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, JoseError) as error:
            if not self._key_sets:
                raise
            if self._is_readable:
                log.error("statement_keys_cannot_be_read", error=type(error).__name__)
            self._is_readable = False
            return
        self._key_sets, self._changed_at, self._is_readable = key_sets, changed_at, True
        self._verified.clear()


def generate_key() -> tuple[dict[str, Any], dict[str, Any]]:
    """A new (private, public) pair of JWKs."""
    key = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)
    return dict(key.as_dict(private=True)), dict(key.as_dict(private=False))
