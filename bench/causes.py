"""Writing causes, in turns that a rate sets or as fast as it goes. Standard library only."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

AT_ONCE = 4  # who write, and who react, on every side
WORDS = "w" * 100

# Of the two databases of every party; when a row was committed, PostgreSQL tells.
CAUSES = "CREATE TABLE causes (cause_id uuid PRIMARY KEY, words text NOT NULL)"
EFFECTS = "CREATE TABLE effects (cause_id uuid NOT NULL, words text NOT NULL)"

Write = Callable[[uuid.UUID], object]


def write_all(open_writer: Callable[[], Write], count: int, per_second: float | None) -> None:
    """``count`` causes by four writers at once, each with what ``open_writer`` opened for it; evenly spread over time,
    or without a pause when ``per_second`` is None."""
    failed: list[Exception] = []
    began = time.perf_counter() + 0.2

    def writer(number: int) -> None:
        try:
            write = open_writer()
            for turn in range(number, count, AT_ONCE):
                due = began + turn / per_second if per_second else began
                time.sleep(max(0.0, due - time.perf_counter()))
                write(uuid.uuid4())
        except Exception as error:
            failed.append(error)

    writers = [threading.Thread(target=writer, args=(number,)) for number in range(AT_ONCE)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    if failed:
        raise failed[0]


def body_of(cause_id: uuid.UUID) -> dict[str, Any]:
    """The event as the chassis writes it."""
    actor = {"person_id": None, "mandate_id": None, "level": None, "service": "cause"}
    occurred_at = datetime.now(UTC).isoformat()
    return {"version": 1, "occurred_at": occurred_at, "actor": actor, "cause_id": str(cause_id), "words": WORDS}


def json_of(cause_id: uuid.UUID) -> str:
    return json.dumps(body_of(cause_id))
