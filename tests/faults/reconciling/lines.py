"""The lines of a replica's log that the reckoning looks at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Lines = list[dict[str, Any]]

# Python's own, of what no line of ours tells.
TRACEBACK = "Traceback (most recent call last)"


@dataclass(kw_only=True)
class Log:
    """``errors``: lines of that level. ``sent``: the deliveries of which a line says that they were sent."""

    errors: Lines = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path) -> Log:
        log = cls()
        with path.open(errors="replace") as lines:
            for line in lines:
                if line.startswith(TRACEBACK):
                    log.errors.append({"event": TRACEBACK})
                elif '"level": "error"' in line or '"level": "critical"' in line or '"mail_sent"' in line:
                    log._keep(line)
        return log

    def _keep(self, line: str) -> None:
        try:
            told = json.loads(line)
        except ValueError:
            # A kill cut it short.
            return
        if told.get("event") == "mail_sent":
            self.sent.append(told["delivery_id"])
        else:
            self.errors.append(told)
