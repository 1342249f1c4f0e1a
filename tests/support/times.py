"""Says at the end how long each suite (each folder of ``tests``) took."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

import pytest

_seconds: dict[str, float] = defaultdict(float)
_tests: dict[str, set[str]] = defaultdict(set)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    parts = PurePosixPath(report.location[0]).parts
    suite = parts[1] if len(parts) > 2 and parts[0] == "tests" else "others"
    _seconds[suite] += report.duration
    _tests[suite].add(report.nodeid)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("suites")
    for suite, seconds in _seconds.items():
        terminalreporter.write_line(f"{suite:<14}{len(_tests[suite]):>6} tests {seconds:>8.1f} s")
