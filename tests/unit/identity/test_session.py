from __future__ import annotations

from datetime import timedelta

from services.identity.domain.session import ABSOLUTE_LIMIT, IDLE_LIMIT, STATEMENTS_LAST
from tests.unit.identity.builders import AMELIE, HERSELF, NOON, a_session, an_id

SECOND = timedelta(seconds=1)


def test_a_session_that_is_not_used_ends_after_half_an_hour() -> None:
    session = a_session()

    assert session.is_alive(NOON + IDLE_LIMIT - SECOND)
    assert not session.is_alive(NOON + IDLE_LIMIT)


def test_a_session_in_use_ends_after_twelve_hours() -> None:
    session = a_session()
    session.last_seen_at = NOON + ABSOLUTE_LIMIT - SECOND

    assert session.is_alive(NOON + ABSOLUTE_LIMIT - SECOND)
    assert not session.is_alive(NOON + ABSOLUTE_LIMIT)


def test_no_statement_outlives_its_session() -> None:
    session = a_session()

    assert session.statement_lasts(NOON) == STATEMENTS_LAST
    assert session.statement_lasts(NOON + ABSOLUTE_LIMIT - SECOND) == SECOND


def test_a_session_that_was_ended_is_announced_until_none_of_its_statements_can_hold() -> None:
    session = a_session(session_id=an_id(7))

    revoked = session.end(by=HERSELF, now=NOON)

    assert not session.is_alive(NOON)
    assert (revoked.session_id, revoked.person_id, revoked.version) == (an_id(7), AMELIE, 2)
    assert revoked.until > NOON + STATEMENTS_LAST
    assert revoked.occurred_at == NOON
