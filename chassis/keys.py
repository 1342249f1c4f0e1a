"""Private keys in files."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.logs import log
from chassis.settings import SettingError


class SigningKey:
    """The private JWK (Ed25519, RFC 8037) of a file, read again when it changes: a new key is used from then on, and
    nothing needs a restart. Raises SettingError where there is none."""

    def __init__(self, owner: str, private_key_file: Path) -> None:
        self.owner = owner
        self._file = private_key_file
        self._changed_at, self._jwk, self._private_key = _read(private_key_file)

    @property
    def jwk(self) -> OKPKey:
        self._reload_if_changed()
        return self._jwk

    def sign(self, content: bytes) -> bytes:
        """The signature alone (RFC 8032), 64 bytes."""
        self._reload_if_changed()
        return self._private_key.sign(content)

    def _reload_if_changed(self) -> None:
        try:
            if os.stat(self._file).st_mtime_ns != self._changed_at:
                self._changed_at, self._jwk, self._private_key = _read(self._file)
        except (OSError, SettingError) as error:
            # It is being written; the key that was read before is still good.
            log.warning("signing_key_cannot_be_read", issuer=self.owner, error=type(error).__name__)


def _read(file: Path) -> tuple[int, OKPKey, Ed25519PrivateKey]:
    try:
        changed_at = os.stat(file).st_mtime_ns
        jwk = OKPKey.import_key(json.loads(file.read_text()))
        private_key = jwk.private_key
    except (OSError, ValueError, TypeError, KeyError, JoseError) as error:
        raise SettingError(f"{file} holds no JWK that can be read ({type(error).__name__})") from error
    if not isinstance(private_key, Ed25519PrivateKey):
        raise SettingError(f"{file} holds no private Ed25519 key")
    return changed_at, jwk, private_key
