"""Keys and passwords of one machine, made once and kept in a directory that only its owner may read.

The supervisor and the tests use the same; in production each file is a Kubernetes secret of the same name.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import shlex
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from chassis import seals, statements
from chassis.statements import ServiceCaller, Signer

# Who signs statements, and whose databases need a password.
ISSUERS = ("identity", "delegation", "operator")
SEALED_FOR = ("notifications",)
AUDITED = ("identity", "delegation", "dossiers", "notifications")
TOKEN_LASTS = timedelta(days=366)

# What each program that is no person may do.
SCOPES = {
    "portal": ["identity.sign_in", "dossiers.catalogue"],
    "registries": ["identity.refer", "delegation.register"],
    "operator": ["notifications.operate"],
}


class Keys:
    """Files are made when they are absent and never changed; service tokens are signed anew each time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def signing_key_file(self, issuer: str) -> Path:
        """The private JWK of who signs statements."""
        return self._file(f"{issuer}-signing-key.json", lambda: json.dumps(statements.generate_key()[0]))

    @cached_property
    def statement_keys_file(self) -> Path:
        """{issuer: JWKS of public keys}."""
        return self._file(
            "statement-keys.json", lambda: _public_keys({name: self.signing_key_file(name) for name in ISSUERS})
        )

    def audit_key_file(self, service: str) -> Path:
        """The private JWK that signs the service's audit trail."""
        return self._file(f"{service}-audit-key.json", lambda: json.dumps(statements.generate_key()[0]))

    @cached_property
    def audit_keys_file(self) -> Path:
        """{service: JWKS of public keys}."""
        return self._file(
            "audit-keys.json", lambda: _public_keys({name: self.audit_key_file(name) for name in AUDITED})
        )

    def seal_key_file(self, consumer: str) -> Path:
        """The private key that opens what was sealed for this service."""
        return self._file(f"{consumer}-seal-key", lambda: seals.generate_keys()[0])

    @cached_property
    def sealing_keys_file(self) -> Path:
        """{consumer: public key}."""

        def public_keys() -> str:
            private = {consumer: self.seal_key_file(consumer).read_text() for consumer in SEALED_FOR}
            return json.dumps({consumer: seals.public_key_of(key) for consumer, key in private.items()})

        return self._file("sealing-keys.json", public_keys)

    @cached_property
    def national_number_keys_file(self) -> Path:
        """{"current": name, "keys": {name: 32 bytes in base64}, "index_key": 32 bytes in base64}."""
        return self._file(
            "national-number-keys.json",
            lambda: json.dumps({"current": "k1", "keys": {"k1": _random_key()}, "index_key": _random_key()}),
        )

    def secret_file(self, name: str) -> Path:
        """Random text."""
        return self._file(name, lambda: secrets.token_urlsafe(32))

    def secret(self, name: str) -> str:
        return self.secret_file(name).read_text()

    def token_file(self, caller: str, *, now: datetime) -> Path:
        """A service statement of a caller of ``SCOPES``, anew: ``NOW`` may have moved the last out of its term."""
        path = self.directory / f"{caller}-token"
        signer = Signer("operator", self.signing_key_file("operator"))
        token = signer.sign("service", ServiceCaller(name=caller, scopes=SCOPES[caller]), now=now, lasts=TOKEN_LASTS)
        _write(path, token)
        return path

    def environment_file(self, environment: Mapping[str, str]) -> Path:
        """For a shell: what an operator's commands need, secrets included."""
        path = self.directory / "operator.env"
        _write(path, "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(environment.items())))
        return path

    def _file(self, name: str, make: Callable[[], str]) -> Path:
        path = self.directory / name
        if not path.exists():
            _write(path, make())
        return path


def _write(path: Path, text: str) -> None:
    # Whole or not at all: a key cut short by a stop would be believed for ever.
    begun = path.with_name(f"{path.name}.begun")
    begun.unlink(missing_ok=True)
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    begun.replace(path)


def _public_keys(private: dict[str, Path]) -> str:
    """A JWKS for each private JWK."""
    keys = {name: json.loads(file.read_text()) for name, file in private.items()}
    return json.dumps({name: {"keys": [_public(key)]} for name, key in keys.items()})


def _public(private: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in private.items() if name != "d"}


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
