"""What the supervisor says, with colour on a terminal only."""

from __future__ import annotations

import os
import sys

_PLAIN = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR"))


def say(line: str = "") -> None:
    print(line, flush=True)


def done(what: str, detail: str = "") -> None:
    say(f"  {_painted('32', '✓')} {what:<34}{_painted('2', detail)}".rstrip())


def warn(line: str) -> None:
    say(f"  {_painted('33', '!')} {line}")


def wrong(line: str) -> None:
    print(_painted("31", line), file=sys.stderr, flush=True)


def title(line: str) -> None:
    say(_painted("1", line))


def _painted(colour: str, text: str) -> str:
    return text if _PLAIN or not text else f"\033[{colour}m{text}\033[0m"
