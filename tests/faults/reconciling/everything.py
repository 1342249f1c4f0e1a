"""All comparisons, one after the other."""

from __future__ import annotations

from tests.faults.ledger import Ledger
from tests.faults.reconciling import attempts, commands, delays, events, files, logs, mails, mandates, readmodels
from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings


def reconcile(ledger: Ledger, holdings: Holdings) -> list[Finding]:
    return [
        *commands.find_unanswered(ledger),
        *commands.find_forgotten(ledger, holdings),
        *commands.find_unmade(ledger, holdings),
        *commands.find_other_states(ledger, holdings),
        *commands.find_unended(ledger, holdings),
        *commands.find_other_steps(ledger, holdings),
        *mandates.find_other_mandates(ledger, holdings),
        *mandates.find_other_announcements(holdings),
        *files.find_spoilt(holdings),
        *events.find_unannounced(ledger, holdings),
        *events.find_unsent(holdings),
        *events.find_unreacted(ledger, holdings),
        *events.find_queued(holdings),
        *events.find_parked(ledger, holdings),
        *mails.find_untold(holdings),
        *mails.find_unmailed(ledger, holdings),
        *mails.find_inexcusable(ledger, holdings),
        *readmodels.find_differing(ledger, holdings),
        *attempts.find_unexplained(ledger),
        *logs.find_errors(ledger, holdings),
        *logs.find_deaths(holdings),
        *delays.find_stalls(ledger, holdings),
        *(Finding(what="stuck", sentence=sentence) for sentence in ledger.stucks),
        *(Finding(what="wrong", sentence=sentence) for sentence in ledger.wrongs),
    ]
