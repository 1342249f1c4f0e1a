"""Two minutes in which everything fails. ``make faults MINUTES=30 SEED=…`` is the long one."""

import io

from tests.faults.load import DONE_AT_LEAST
from tests.faults.report import tell
from tests.faults.run import KINDS


def test_nothing_is_lost_or_doubled_or_stuck(outcome, town):
    told = io.StringIO()
    tell(outcome, town, told)

    assert not outcome.findings, told.getvalue()


def test_the_last_line_says_how_many(outcome, town):
    told = io.StringIO()
    tell(outcome, town, told)

    commands, faults = len(outcome.ledger.commands), len(outcome.ledger.faults)
    begins = f"seed {outcome.seed}: {commands} commands, {faults} faults: "
    assert told.getvalue().splitlines()[-1].startswith(begins)


def test_each_kind_of_fault_came(outcome):
    assert len(outcome.ledger.faults) >= len(KINDS)
    assert {forgery.kind for forgery in outcome.ledger.forgeries} == {"malformed", "very large", "of a stranger"}
    assert outcome.ledger.counts["refused by RabbitMQ"] > 0
    assert outcome.ledger.counts["refused by a full queue"] > 0
    assert {fault.target for fault in outcome.ledger.faults} >= {"RabbitMQ", "PostgreSQL"}


def test_people_and_programs_were_served(outcome):
    """A load that never gets through would lose nothing either."""
    assert {command.name for command in outcome.ledger.in_state("answered")} >= DONE_AT_LEAST
    assert outcome.holdings.mails
