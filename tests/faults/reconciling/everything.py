"""All comparisons, one after the other."""

from __future__ import annotations

from tests.faults.ledger import Ledger
from tests.faults.reconciling import commands, events, files, mails, readmodels
from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings


def reconcile(ledger: Ledger, holdings: Holdings) -> list[Finding]:
    return [
        *commands.find_unanswered(ledger),
        *commands.find_forgotten(ledger, holdings),
        *commands.find_unmade(ledger, holdings),
        *commands.find_other_states(ledger, holdings),
        *commands.find_other_steps(ledger, holdings),
        *files.find_spoilt(holdings),
        *events.find_unannounced(ledger, holdings),
        *events.find_unsent(holdings),
        *events.find_unreacted(ledger, holdings),
        *events.find_queued(holdings),
        *events.find_parked(ledger, holdings),
        *mails.find_untold(holdings),
        *mails.find_unmailed(holdings),
        *mails.find_inexcusable(ledger, holdings),
        *readmodels.find_differing(holdings),
        *(Finding(what="wrong", sentence=sentence) for sentence in ledger.wrongs),
    ]
