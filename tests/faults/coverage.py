"""What must have happened in a run, or it has shown nothing."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.kinds import bursts, messages, network, processes, queues, servers
from tests.faults.ledger import Ledger

KINDS = [*processes.KINDS, *servers.KINDS, *network.KINDS, *queues.KINDS, *messages.KINDS, *bursts.KINDS]
FORGED = {"malformed", "very large", "of a stranger"}
COUNTED = ("refused by RabbitMQ", "refused by a full queue", "messages turned round at once")
# However slow the machine: a load that never gets through would lose nothing either.
DONE_AT_LEAST = {
    "identity.confirm_email",
    "identity.confirm_email by pages",
    "identity.choose_language",
    "identity.sign_out",
    "identity.cancel_account_deletion",
    "delegation.accept_role_request",
    "delegation.refuse_role_request",
    "delegation.accept_invitation",
    "delegation.withdraw_role_request",
    "delegation.resend_invitation",
    "delegation.decline_invitation",
    "delegation.suspend_mandate",
    "delegation.resume_mandate",
    "delegation.renew_mandate",
    "delegation.narrow_mandate",
    "delegation.revoke_mandate",
    "delegation.revoke_mandates_of",
    "delegation.mandate_enterprise",
    "delegation.assign_person",
    "delegation.renew_enterprise_mandate",
    "delegation.end_enterprise_mandate",
    "dossiers.reassign_dossiers",
    "dossiers.answer_complement",
    "dossiers.decide_dossier",
}


def find_missing(ledger: Ledger) -> Iterator[str]:
    if len(ledger.faults) < len(KINDS):
        yield f"of {len(KINDS)} kinds of faults only {len(ledger.faults)} came"
    for kind in FORGED - {forgery.kind for forgery in ledger.forgeries}:
        yield f"no message was {kind}"
    for what in COUNTED:
        if not ledger.counts[what]:
            yield f"nothing was {what}"
    for target in {servers.BROKER, servers.DATABASE} - {fault.target for fault in ledger.faults}:
        yield f"no fault met {target}"
    for name in sorted(undone(ledger)):
        yield f"no {name} was answered"


def undone(ledger: Ledger) -> set[str]:
    return DONE_AT_LEAST - {command.name for command in ledger.in_state("answered")}
