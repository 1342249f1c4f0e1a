"""What a program of a benchmark is told: a verb, and its settings as JSON. Standard library only."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any


def choose(**verbs: Callable[..., Any]) -> None:
    """Runs the verb that the command line names; what it returns is printed as one line of JSON."""
    told = verbs[sys.argv[1]](**json.loads(sys.argv[2]))
    if told is not None:
        print(json.dumps(told), flush=True)


def ready() -> None:
    """The parent waits for it."""
    print("ready", flush=True)
