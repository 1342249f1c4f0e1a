"""What stays between runs, below one directory: database, messages, keys, files, mails, logs."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

ROTATED_FROM = 5 * 1024 * 1024


class StateInUse(RuntimeError):
    """One sentence."""


class State:
    """Held by one supervisor at a time: ``with State(directory) as state:``."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.absolute()
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._lock = (self.directory / "lock").open("a+")
        except PermissionError as error:
            raise StateInUse(
                f"{self.directory} belongs to another user; remove it as that user, or take another"
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.seek(0)
            raise StateInUse(f"It is running already, as process {self._lock.read().strip() or '?'}") from error
        self._lock.seek(0)
        # The number stays in the file when its process could not take leave.
        self.was_killed = bool(self._lock.read().strip())
        self._note(str(os.getpid()))

    def place(self, name: str) -> Path:
        path = self.directory / name
        path.mkdir(exist_ok=True)
        return path

    def log_file(self, name: str) -> Path:
        """Where a part adds its output; the older half stands beside it as ``NAME.log.1``."""
        log = self.place("log") / f"{name}.log"
        if log.exists() and log.stat().st_size > ROTATED_FROM:
            log.replace(log.with_name(f"{name}.log.1"))
        return log

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._note("")
        self._lock.close()

    def forget(self) -> None:
        """Everything."""
        for path in self.directory.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    def _note(self, text: str) -> None:
        self._lock.truncate(0)
        self._lock.write(text)
        self._lock.flush()
