"""What goes wrong in the parts, read from their logs as it is written."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

SHOWN_LEVELS = ("warning", "error", "critical")
# The same warning of the same part is shown once in so many seconds.
REPEATED_AFTER = 15.0
_PLUMBING = ("event", "level", "timestamp", "logger", "exception", "stack_info", "traceparent")


class LogWatch:
    """Structured lines (one JSON object each) of warnings and errors; from the present end of the file on."""

    def __init__(self, name: str, log: Path) -> None:
        self._name = name
        self._log = log
        self._read_to = log.stat().st_size if log.exists() else 0
        self._shown: dict[str, float] = {}

    def new_warnings(self) -> list[str]:
        if not self._log.exists() or self._log.stat().st_size <= self._read_to:
            return []
        with self._log.open("rb") as file:
            file.seek(self._read_to)
            written = file.read()
        # A line that is being written waits for its end.
        whole = written[: written.rfind(b"\n") + 1]
        self._read_to += len(whole)
        return [line for line in map(self._warning, whole.decode(errors="replace").splitlines()) if line]

    def _warning(self, line: str) -> str | None:
        told = _parsed(line)
        if told.get("level") not in SHOWN_LEVELS:
            return None
        event = str(told.get("event"))
        if time.monotonic() - self._shown.get(event, -REPEATED_AFTER) < REPEATED_AFTER:
            return None
        self._shown[event] = time.monotonic()
        facts = " ".join(f"{name}={value}" for name, value in told.items() if name not in _PLUMBING)
        last_of_exception = str(told.get("exception", "")).strip().rsplit("\n", 1)[-1]
        return f"{self._name}: {event} {facts} {last_of_exception}".rstrip()[:300]


def end_of_log(log: Path, lines: int = 12) -> str:
    if not log.exists():
        return "(nothing)"
    return "\n".join(f"    {line}" for line in log.read_text(errors="replace").splitlines()[-lines:]) or "(nothing)"


def _parsed(line: str) -> dict[str, Any]:
    if not line.startswith("{"):
        return {}
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
