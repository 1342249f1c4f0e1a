"""Files in a directory, each named by the SHA-256 of its content, so that none is ever changed in place.

Several replicas share the directory. A file is complete or not there: it is written under a temporary name, synced,
then renamed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from chassis.threads import run_native

CHUNK = 64 * 1024
# How long a stored file may be without a row that names it: longer than any upload or transaction lasts.
UNUSED_KEPT = timedelta(days=1)


class FileStore:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._arriving = directory / "arriving"
        self._arriving.mkdir(exist_ok=True)

    def receive(self) -> Arriving:
        """``with store.receive() as arriving: arriving.write(…); arriving.keep()``"""
        return Arriving(self._arriving / secrets.token_hex(16), self)

    def store(self, content: bytes) -> str:
        """Keep some bytes; their digest."""
        with self.receive() as arriving:
            arriving.write(content)
            arriving.keep()
        return arriving.sha256

    def path_of(self, sha256: str) -> Path:
        return self._directory / sha256[:2] / sha256

    def read(self, sha256: str) -> Iterator[bytes]:
        """Raises FileNotFoundError at the first chunk."""
        with self.path_of(sha256).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def list_old(self) -> Iterator[str]:
        """Digests of the files that were last stored some time ago. Leftovers of broken uploads go at once."""
        for leftover in self._arriving.iterdir():
            self._remove_if_old(leftover)
        for path in self._directory.glob("??/*"):
            if _is_old(path):
                yield path.name

    def remove_unused(self, sha256: str) -> None:
        """Unless the same content came in again meanwhile."""
        self._remove_if_old(self.path_of(sha256))

    def _remove_if_old(self, path: Path) -> None:
        if _is_old(path):
            path.unlink(missing_ok=True)


class Arriving:
    """A file being written; it vanishes unless it is kept."""

    def __init__(self, path: Path, store: FileStore) -> None:
        self.path = path
        self.size = 0
        self._store = store
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        self._file = self.path.open("xb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def flush(self) -> None:
        """So that others may read it by its path."""
        self._file.flush()

    def keep(self) -> None:
        target = self._store.path_of(self.sha256)
        self._file.flush()
        run_native(os.fsync, self._file.fileno())
        target.parent.mkdir(exist_ok=True)
        # Renamed over the same content where it is there already: its time of storing is then new, and the sweep of
        # unused files lets it be.
        self.path.replace(target)
        run_native(_sync_directory, target.parent)


def _is_old(path: Path) -> bool:
    # The file system stamps its files with the machine's clock, so their age is told by that one.
    try:
        return path.stat().st_mtime < time.time() - UNUSED_KEPT.total_seconds()
    except FileNotFoundError:
        return False


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
