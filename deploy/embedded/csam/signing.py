"""The provider's signing keys: the newest signs, the others are still published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet, RSAKey

ALGORITHM = "RS256"


class SigningKeys:
    """Kept in a file, so that what was signed before a restart can be verified after it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        if file.exists():
            self._keys = [RSAKey.import_key(key) for key in json.loads(file.read_text())["keys"]]
        else:
            self._keys = []
            self.rotate()

    @property
    def current(self) -> KeySet:
        """As a set of one: with a set, joserfc names the key in the header."""
        return KeySet([self._keys[-1]])

    @property
    def published(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    @property
    def all(self) -> KeySet:
        return KeySet(list(self._keys))

    def rotate(self, *, forget: bool = False) -> None:
        """Sign with a new key from now on. ``forget``: the old ones are not published any more."""
        new = RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        self._keys = [new] if forget else [*self._keys, new]
        begun = self._file.with_suffix(".begun")
        begun.touch(mode=0o600)
        begun.write_text(json.dumps({"keys": [key.as_dict(private=True) for key in self._keys]}))
        begun.replace(self._file)
