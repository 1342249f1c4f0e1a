"""Two minutes in which everything fails. ``make faults MINUTES=30 SEED=…`` is the long one."""

import io

from tests.faults.report import tell


def test_nothing_is_lost_or_doubled_or_stuck(outcome, town):
    """Nor did a kind of fault or a command that people give not come: a run of those would show nothing."""
    told = io.StringIO()
    tell(outcome, town, told)

    assert not outcome.findings, told.getvalue()


def test_the_last_line_says_how_many(outcome, town):
    told = io.StringIO()
    tell(outcome, town, told)

    commands, faults = len(outcome.ledger.commands), len(outcome.ledger.faults)
    begins = f"seed {outcome.seed}: {commands} commands, {faults} faults: "
    assert told.getvalue().splitlines()[-1].startswith(begins)
