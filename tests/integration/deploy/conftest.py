"""A mail server for the services that run here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.notifications.sink import MailSink


@pytest.fixture
def sink() -> Iterator[MailSink]:
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()
