"""Everybody concerned is told, once in the portal and by at least one mail with a Message-ID that never changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.faults import excuses
from tests.faults.excuses import hinders_database
from tests.faults.ledger import Fault, Ledger
from tests.faults.mailbox import Mail
from tests.faults.reconciling.findings import Finding, trace_of
from tests.faults.reconciling.holdings import Holdings

# A mail may come twice when a fault kept its sender from noting that the first was taken. It holds its row from before
# the exchange, which begins with the connection, until that was to be noted: seconds.
HELD_BEFORE, NOTED_WITHIN = 5.0, 10.0
# Services are stopped in good order: what was begun is finished.
NO_EXCUSE = ("rolling restart", "burst")

INVITED = "invited"


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """``why``: the faults that excuse it; none: nothing does."""

    message_id: str
    times: int
    why: tuple[Fault, ...]


def find_untold(holdings: Holdings) -> Iterator[Finding]:
    """A message in the portal and a mail owed for each event and person, no more and no less."""
    for table, key, with_strangers in (("messages", "person_id", False), ("deliveries", "recipient", True)):
        rows = holdings.tables["notifications", table]
        held = {(row["event_id"], str(row[key])) for row in rows}
        if len(held) != len(rows):
            yield Finding(what="doubled", sentence=f"{table} tell somebody twice of one event")
        wanted = {}
        for event in _told(holdings):
            for recipient in _concerned(event):
                if with_strangers or recipient != INVITED:
                    wanted[event["event_id"], recipient] = event
        for missing in wanted.keys() - held:
            event = wanted[missing]
            sentence = f"{missing[1]} is not told of {event['type']}: no row in {table}"
            yield Finding(what="lost", sentence=sentence, trace_id=trace_of(event), event_id=event["event_id"])
        for event_id, recipient in held - wanted.keys():
            sentence = f"{table} tell {recipient} of something that does not concern him"
            yield Finding(what="doubled", sentence=sentence, event_id=event_id)


def find_unmailed(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    addresses = _addresses_of_invited(ledger, holdings)
    arrived = _by_message_id(holdings.mails)
    for delivery in holdings.tables["notifications", "deliveries"]:
        mails = arrived.pop(str(delivery["delivery_id"]), [])
        name = f"the mail {delivery['delivery_id']} ({delivery['kind']})"
        if delivery["state"] != "delivered":
            sentence = f"{name} is {delivery['state']}: {delivery['last_error']}"
            yield Finding(what="stuck", sentence=sentence, event_id=delivery["event_id"])
        elif not mails:
            sentence = f"{name} is noted as delivered and never came"
            yield Finding(what="lost", sentence=sentence, event_id=delivery["event_id"])
        if len({mail.to for mail in mails}) > 1:
            yield Finding(what="wrong", sentence=f"{name} went to several addresses", event_id=delivery["event_id"])
        recipient = delivery["recipient"]
        wanted = addresses.get(delivery["event_id"]) if recipient == INVITED else f"{recipient}@example.org"
        if mails and mails[0].to != wanted:
            sentence = f"{name} went to {mails[0].to} and is {wanted}'s"
            yield Finding(what="wrong", sentence=sentence, event_id=delivery["event_id"])
    for message_id in arrived:
        yield Finding(what="doubled", sentence=f"a mail came that nobody owed: {message_id}")


def repeats(ledger: Ledger, holdings: Holdings) -> list[Repeat]:
    """Mails that came more than once, each with what kept the sender from noting the one before."""
    found = []
    for message_id, mails in _by_message_id(holdings.mails).items():
        if len(mails) < 2:
            continue
        excuses: list[Fault] = []
        for before in mails[:-1]:
            excuse = _excuses_of(before, ledger)
            if not excuse:
                excuses = []
                break
            excuses += excuse
        found.append(Repeat(message_id=message_id, times=len(mails), why=tuple(excuses)))
    return found


def farthest(ledger: Ledger, holdings: Holdings) -> float:
    """Of a mail that came again from the nearest fault that excuses it, in seconds."""
    repeated = (mail for mails in _by_message_id(holdings.mails).values() for mail in mails[:-1])
    return excuses.farthest((mail.began_at, mail.at, _excuses_of(mail, ledger)) for mail in repeated)


def count_excusable(ledger: Ledger, holdings: Holdings) -> int:
    """Mails that could have come once more without being found."""
    return sum(bool(_excuses_of(mail, ledger)) for mail in holdings.mails)


def _excuses_of(mail: Mail, ledger: Ledger) -> list[Fault]:
    under_way = ledger.faults_between(mail.began_at - HELD_BEFORE, mail.at + NOTED_WITHIN)
    return [fault for fault in under_way if _hinders(fault, mail.by)]


def _hinders(fault: Fault, sender: str) -> bool:
    """The replica that sent it, its database, or its way to the mail server."""
    if fault.kind in NO_EXCUSE:
        return False
    if fault.kind == "full queue":
        # It kills both replicas of the service whose queue it is.
        return fault.target.startswith("notifications")
    if hinders_database(fault, sender):
        return True
    return sender in fault.target and not fault.target.endswith(" to its broker")


def find_inexcusable(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    for repeat in repeats(ledger, holdings):
        if not repeat.why:
            sentence = f"the mail {repeat.message_id} came {repeat.times} times, and no fault says why"
            yield Finding(what="doubled", sentence=sentence)
    for delivery_id, times in Counter(holdings.sent).items():
        if times > 1:
            # Said after the commit: what was noted as sent is not sent again, whatever happens.
            sentence = f"the mail {delivery_id} was noted as sent {times} times"
            yield Finding(what="doubled", sentence=sentence)


def _addresses_of_invited(ledger: Ledger, holdings: Holdings) -> dict[UUID, str]:
    """{event: the address that the invitation named}; sent again, it goes there again."""
    named = {each.trace_id: each.arguments["email"] for each in ledger.commands if each.method == "invite_person"}
    told = [row for row in holdings.outboxes["delegation"] if row["type"] == "person_invited"]
    of_invitation = {row["subject"]: named[trace_id] for row in told if (trace_id := trace_of(row)) in named}
    return {row["event_id"]: of_invitation[row["subject"]] for row in told if row["subject"] in of_invitation}


def _told(holdings: Holdings) -> list[dict[str, Any]]:
    return [row for rows in holdings.outboxes.values() for row in rows if not row["republished"]]


def _concerned(event: dict[str, Any]) -> list[str]:
    """Who must be told, by what the event says; of the designated access managers CSAM itself writes to them."""
    body = event["body"]
    match event["type"]:
        case "role_requested":
            return [manager for manager in body["manager_ids"] if manager != body["person_id"]]
        case "establishment_lost":
            return list(dict.fromkeys([*body["holder_ids"], *body["manager_ids"]]))
        case "enterprise_mandates_expiring":
            return list(body["manager_ids"])
        case "mandate_revoked" if body["ended_with_office"]:
            return []
        case "role_granted":
            return [body["person_id"]] if body["granted_by"] else []
        case "mandate_changed":
            follows = body["with_office"] or (body["change"] == "renewed" and body["via_bce_number"] is not None)
            return [body["person_id"]] if body["change"] != "confirmed" and not follows else []
        case (
            "enterprise_mandated"
            | "enterprise_mandate_renewed"
            | "enterprise_mandate_changed"
            | "enterprise_mandate_ended"
        ):
            return list(body["manager_ids"])
        case "person_invited":
            return [body["person_id"] or INVITED]
        case (
            "email_confirmation_requested"
            | "account_deletion_accepted"
            | "account_deletion_cancelled"
            | "role_refused"
            | "mandate_revoked"
            | "assignments_ended"
            | "dossier_submitted"
            | "complement_requested"
            | "dossier_reassigned"
            | "dossier_decided"
        ):
            return [body["person_id"]]
    return []


def _by_message_id(mails: list[Mail]) -> dict[str, list[Mail]]:
    found: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        found[mail.message_id].append(mail)
    return found
