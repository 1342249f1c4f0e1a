"""National numbers at rest: AES-256-GCM with a ring of keys, and a blind index (HMAC-SHA256) to find one again.

The file is JSON: {"current": "k1", "keys": {"k1": base64 of 32 bytes}, "index_key": base64 of 32 bytes}.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.settings import SettingError
from contracts.identifiers import NationalNumber

KEY_SIZE = 32
NONCE_SIZE = 12
VARIABLE = "IDENTITY_NATIONAL_NUMBER_KEYS_FILE"


class VaultBroken(ValueError):
    """A number was altered, belongs to another person, or its key is not in the ring."""


@dataclass(frozen=True, kw_only=True)
class SealedNumber:
    """``key_id`` names the key of the ring; ``sealed`` is the nonce, the ciphertext and the tag."""

    key_id: str
    sealed: bytes


class Vault:
    def __init__(self, *, current: str, keys: dict[str, bytes], index_key: bytes) -> None:
        self.current = current
        self._ring = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._index_key = index_key

    @classmethod
    def from_file(cls, file: Path) -> Vault:
        try:
            content = json.loads(file.read_text())
            keys = {key_id: _key(text) for key_id, text in content["keys"].items()}
            current, index_key = content["current"], _key(content["index_key"])
            if current not in keys:
                raise ValueError("the current key is not among the keys")
        except (ValueError, TypeError, AttributeError) as error:
            raise SettingError(f"{VARIABLE}: {error}") from error
        except KeyError as error:
            raise SettingError(f"{VARIABLE}: {error.args[0]} is missing") from error
        return cls(current=current, keys=keys, index_key=index_key)

    def blind_index(self, number: NationalNumber) -> bytes:
        return hmac.digest(self._index_key, b"national number " + number.encode(), hashlib.sha256)

    def european_index(self, identifier: str) -> bytes:
        return hmac.digest(self._index_key, b"european identifier " + identifier.encode(), hashlib.sha256)

    def derived_key(self, purpose: str) -> bytes:
        """A key for something else, that says nothing about the others."""
        return hmac.digest(self._index_key, b"derived for " + purpose.encode(), hashlib.sha256)

    def seal(self, number: NationalNumber, *, person_id: UUID) -> SealedNumber:
        nonce = secrets.token_bytes(NONCE_SIZE)
        ciphertext = self._ring[self.current].encrypt(nonce, number.encode(), person_id.bytes)
        return SealedNumber(key_id=self.current, sealed=nonce + ciphertext)

    def open(self, sealed: SealedNumber, *, person_id: UUID) -> NationalNumber:
        key = self._ring.get(sealed.key_id)
        if key is None:
            raise VaultBroken(f"the key {sealed.key_id} is not in the ring")
        nonce, ciphertext = sealed.sealed[:NONCE_SIZE], sealed.sealed[NONCE_SIZE:]
        try:
            return NationalNumber(key.decrypt(nonce, ciphertext, person_id.bytes).decode())
        except InvalidTag as error:
            raise VaultBroken("a national number could not be opened") from error


def generate_keys() -> dict[str, Any]:
    """The content of a new file."""
    return {"current": "k1", "keys": {"k1": _new_key()}, "index_key": _new_key()}


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_SIZE)).decode()


def _key(text: str) -> bytes:
    # Both alphabets of base64 are common in secret stores.
    key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    if len(key) != KEY_SIZE:
        raise ValueError(f"a key is {KEY_SIZE} bytes, not {len(key)}")
    return key
