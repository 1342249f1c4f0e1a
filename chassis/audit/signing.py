"""What shows that an act was recorded by its service, and by nobody who only reached its database: each is signed
(Ed25519, RFC 8032) with the service's own key, ``<SERVICE>_AUDIT_KEY_FILE``, which signs the heads too.

Only who verifies needs the public keys: ``AUDIT_KEYS_FILE``, {service: JWKS}.
"""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis.keys import SigningKey


class KeysUnusable(ValueError):
    """The file does not hold the service's public keys."""


class TrailSigner:
    """Signs the acts of one service's trail."""

    def __init__(self, service: str, private_key_file: Path) -> None:
        self.service = service
        self._key = SigningKey(f"{service} audit", private_key_file)

    @property
    def jwk(self) -> OKPKey:
        return self._key.jwk

    def sign_act(self, act_id: UUID, commitment: bytes) -> bytes:
        return self._key.sign(_signed(self.service, act_id, commitment))


def load_keys(keys_file: Path, service: str) -> KeySet:
    """Raises KeysUnusable."""
    try:
        return KeySet.import_key_set(json.loads(keys_file.read_text())[service])
    except (JoseError, ValueError, TypeError, KeyError, OSError) as error:
        raise KeysUnusable(f"{{{service}: JWKS}} is expected ({type(error).__name__}: {error})") from error


def is_signed(act_id: UUID, commitment: bytes, signature: bytes | None, *, service: str, keys: KeySet) -> bool:
    """By any of the keys: those that were replaced have signed too."""
    return signature is not None and any(
        _has_signed(key.public_key, signature, _signed(service, act_id, commitment))
        for key in keys.keys
        if isinstance(key, OKPKey)
    )


def _has_signed(public_key: object, signature: bytes, signed: bytes) -> bool:
    if not isinstance(public_key, Ed25519PublicKey):
        return False
    try:
        public_key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _signed(service: str, act_id: UUID, commitment: bytes) -> bytes:
    # No JWT begins like that: what is signed as an act is no head, and no act is another service's.
    return b"audit act of %b: %b%b" % (service.encode(), act_id.bytes, commitment)
