"""What the supervisor shows of its parts' logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.embedded.watch import LogWatch, end_of_log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "identity.log"


def write(log: Path, *lines: str, end: str = "\n") -> None:
    with log.open("a") as file:
        file.write("\n".join(lines) + end)


def a_line(event: str, level: str = "warning", **facts: str) -> str:
    return json.dumps({"event": event, "level": level, "timestamp": "2024-10-15T10:00:00Z", **facts})


def test_warnings_and_errors_are_shown_and_the_rest_is_not(log: Path) -> None:
    watch = LogWatch("identity", log)
    write(log, a_line("started", "info"), a_line("provider_away", step="keys"), "a line of a library")

    assert watch.new_warnings() == ["identity: provider_away step=keys"]
    assert watch.new_warnings() == []


def test_what_was_there_before_is_not_shown(log: Path) -> None:
    write(log, a_line("of yesterday"))
    watch = LogWatch("identity", log)
    write(log, a_line("of today"))

    assert watch.new_warnings() == ["identity: of today"]


def test_half_a_line_waits_for_its_end(log: Path) -> None:
    watch = LogWatch("identity", log)
    line = a_line("cut")
    write(log, line[:10], end="")

    assert watch.new_warnings() == []

    write(log, line[10:])
    assert watch.new_warnings() == ["identity: cut"]


def test_a_warning_that_repeats_is_shown_once(log: Path) -> None:
    watch = LogWatch("identity", log)
    write(log, *(a_line("broker_away", attempt=str(number)) for number in range(50)))

    assert watch.new_warnings() == ["identity: broker_away attempt=0"]


def test_of_an_exception_its_last_line_is_shown(log: Path) -> None:
    watch = LogWatch("identity", log)
    write(log, a_line("failed", "error", exception="Traceback …\n  File …\nValueError: too late"))

    assert watch.new_warnings() == ["identity: failed  ValueError: too late"]


def test_the_end_of_a_log_that_is_not_there_is_nothing(log: Path) -> None:
    assert end_of_log(log) == "(nothing)"
