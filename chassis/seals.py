"""Fields of an event that only one consumer may read: PyNaCl sealed boxes (X25519, XSalsa20-Poly1305).

``SEALING_KEYS_FILE`` is JSON, {consumer: public key in base64}; a consumer's own private key stands alone in its file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nacl.encoding import URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from contracts.events import Sealed


class SealBroken(ValueError):
    """Not sealed for us, or altered on the way."""


class Sealer:
    def __init__(self, public_keys_file: Path) -> None:
        self._boxes = {
            consumer: SealedBox(PublicKey(key.encode(), URLSafeBase64Encoder))
            for consumer, key in json.loads(public_keys_file.read_text()).items()
        }

    def seal(self, consumer: str, fields: dict[str, Any]) -> Sealed:
        clear = json.dumps(fields, ensure_ascii=False).encode()
        return Sealed(self._boxes[consumer].encrypt(clear, URLSafeBase64Encoder).decode())


class Opener:
    def __init__(self, private_key_file: Path) -> None:
        self._box = SealedBox(PrivateKey(private_key_file.read_text().strip().encode(), URLSafeBase64Encoder))

    def open(self, sealed: Sealed) -> dict[str, Any]:
        try:
            clear = self._box.decrypt(sealed.encode(), URLSafeBase64Encoder)
        except (CryptoError, ValueError) as error:
            raise SealBroken("a sealed field could not be opened") from error
        fields: dict[str, Any] = json.loads(clear)
        return fields


def generate_keys() -> tuple[str, str]:
    """A new (private, public) pair, as the files hold them."""
    private_key = PrivateKey.generate().encode(URLSafeBase64Encoder).decode()
    return private_key, public_key_of(private_key)


def public_key_of(private_key: str) -> str:
    key = PrivateKey(private_key.encode(), URLSafeBase64Encoder)
    return key.public_key.encode(URLSafeBase64Encoder).decode()
