"""Every command acknowledged is stored, once, with the answer that the caller got."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from services.identity.tokens import hashed
from tests.faults.ledger import Command, Ledger
from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings
from tests.faults.reconciling.mandates import mandates_in

# What a command makes: service, table and key; where the key stands in the answer.
MADE_BY = {
    "register_enterprise": (("delegation", "enterprises", "bce_number"), "bce_number"),
    "designate_access_manager": (("delegation", "mandates", "mandate_id"), "mandate_id"),
    "request_role": (("delegation", "role_requests", "role_request_id"), "role_request_id"),
    "accept_role_request": (("delegation", "mandates", "mandate_id"), "mandate_id"),
    "invite_person": (("delegation", "invitations", "invitation_id"), "invitation_id"),
    "accept_invitation": (("delegation", "mandates", "mandate_id"), "mandate_id"),
    "mandate_enterprise": (("delegation", "enterprise_mandates", "enterprise_mandate_id"), "enterprise_mandate_id"),
    "assign_person": (("delegation", "mandates", "mandate_id"), "mandate_id"),
    "create_citizen_space": (("identity", "contacts", "person_id"), "person_id"),
    "request_account_deletion": (("identity", "deletions", "deletion_id"), "deletion_id"),
    "start_draft": (("dossiers", "dossiers", "dossier_id"), "dossier_id"),
    "begin_upload": (("dossiers", "attachments", "attachment_id"), "attachment_id"),
    "validate_draft": (("dossiers", "attachments", "attachment_id"), "declaration_id"),
}
# Methods that answer with the whole of a dossier: what its row must say after them.
OF_A_DOSSIER = ("state", "reference", "outcome", "content_digest")
# What becomes of a role request.
DECIDED = {
    "accept_role_request": "accepted",
    "refuse_role_request": "refused",
    "withdraw_role_request": "withdrawn",
}
# Each adds one line to a dossier's history.
STEPS = {
    "submit_dossier": "submitted",
    "claim_dossier": "claimed",
    "request_complement": "complement_requested",
    "answer_complement": "complement_answered",
    "decide_dossier": "decided",
    "reassign_dossiers": "reassigned",
}


def find_unanswered(ledger: Ledger) -> Iterator[Finding]:
    for command in ledger.in_state("open"):
        yield _finding("stuck", command, "has no answer")


def find_forgotten(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """The memory of commands: exactly the answered ones, with their answers."""
    for service, rows in holdings.commands.items():
        known = {row["command_id"]: row for row in rows}
        answered = [each for each in ledger.in_state("answered") if each.service == service and each.remembered]
        for command in answered:
            row = known.pop(command.command_id, None)
            if row is None:
                yield _finding("lost", command, "was answered and is not stored")
            elif not _is_told_in(row["answer"], command) or row["caller"] != command.caller:
                yield _finding("wrong", command, "is stored with another answer than the caller got")
        is_open = {command.command_id for command in ledger.in_state("open")}
        for command_id in known.keys() - is_open:
            yield Finding(what="doubled", sentence=f"{service} ran {command_id}, which nobody sent or was refused")


def _is_told_in(answer: Any, command: Command) -> bool:
    if command.told_by_pages_of is not None:
        return bool(command.answer.items() <= answer.items())
    return bool(answer == command.answer)


def find_unmade(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """What the answers name is there, and nothing else."""
    made: dict[tuple[str, str, str], dict[str, list[Command]]] = defaultdict(lambda: defaultdict(list))
    for command in ledger.in_state("answered"):
        if command.method in MADE_BY:
            place, named = MADE_BY[command.method]
            made[place][str(command.answer[named])].append(command)
    for place in dict.fromkeys(place for place, _ in MADE_BY.values()):
        service, table, key = place
        stored = Counter(str(row[key]) for row in holdings.tables[service, table])
        for name, makers in made[place].items():
            if stored[name] == 0:
                yield _finding("lost", makers[0], f"was answered and its row in {table} is not there")
            if stored[name] > 1 or len(makers) > 1:
                yield _finding("doubled", makers[0], f"has {stored[name]} rows in {table} for {len(makers)} commands")
        for name in stored.keys() - made[place].keys():
            if not ledger.in_state("open"):
                yield Finding(what="doubled", sentence=f"{service}.{table} holds {name}, of which no answer tells")


def find_other_states(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """Rows are as the last command about them left them."""
    for (table, key, name), (command, told) in _last_words(ledger).items():
        rows = holdings.tables[command.service, table]
        held = next(({column: row[column] for column in told} for row in rows if str(row[key]) == name), None)
        if held != told:
            yield _finding("lost", command, f"left {told}, and stored is {held}")


def find_unended(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """Who signed out is signed out."""
    ended = {bytes(row["token_hash"]) for row in holdings.tables["identity", "sessions"]}
    for command in ledger.in_state("answered"):
        if command.method == "sign_out" and hashed(command.arguments["session_token"]) not in ended:
            yield _finding("lost", command, "was answered and the session is not ended")


def find_other_steps(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """A dossier's history has one line for each act."""
    stored = Counter((str(row["dossier_id"]), row["verb"]) for row in holdings.tables["dossiers", "steps"])
    acts = {
        (dossier_id, STEPS[command.method]): command
        for command in ledger.in_state("answered")
        if command.method in STEPS
        for dossier_id in command.arguments.get("dossier_ids") or [command.arguments["dossier_id"]]
    }
    for step, command in acts.items():
        if stored[step] != 1:
            what = "doubled" if stored[step] else "lost"
            yield _finding(what, command, f"stands {stored[step]} times in the dossier's history")


def _last_words(ledger: Ledger) -> dict[tuple[str, str, str], tuple[Command, dict[str, Any]]]:
    """{(table, key, its value): (command, columns that it left so)}."""
    found = {}
    for command in sorted(ledger.in_state("answered"), key=lambda each: each.began_at):
        match command.method:
            case "request_role":
                found["role_requests", "role_request_id", command.answer["role_request_id"]] = (
                    command,
                    {"state": "open"},
                )
            case "accept_role_request" | "refuse_role_request" | "withdraw_role_request":
                name = command.arguments["role_request_id"]
                found["role_requests", "role_request_id", name] = command, {"state": DECIDED[command.method]}
            case "resend_invitation":
                name = command.answer["invitation_id"]
                found["invitations", "invitation_id", name] = command, {"times_resent": 1, "ended_as": None}
            case "decline_invitation":
                name = command.answer["invitation_id"]
                found["invitations", "invitation_id", name] = command, {"ended_as": "declined"}
            case "confirm_email":
                address = {"email": command.answer["email"], "awaiting_email": None}
                found["contacts", "person_id", command.answer["person_id"]] = command, address
            case "request_account_deletion" | "cancel_account_deletion":
                deletion = {"state": command.answer["state"]}
                found["deletions", "deletion_id", command.answer["deletion_id"]] = command, deletion
            case "choose_language":
                language = {"language": command.arguments["language"]}
                found["people", "person_id", command.caller] = command, language
            case "revoke_mandate" | "revoke_mandates_of":
                reason = {"revocation_reason": command.arguments["reason"]}
                for view in mandates_in(command.answer):
                    found["mandates", "mandate_id", view["mandate_id"]] = command, reason
            case "mandate_enterprise" | "renew_enterprise_mandate" | "end_enterprise_mandate":
                name = command.answer["enterprise_mandate_id"]
                told = {
                    "valid_until": date.fromisoformat(command.answer["valid_until"]),
                    "revocation_reason": command.arguments.get("reason"),
                }
                found["enterprise_mandates", "enterprise_mandate_id", name] = command, told
            case "reassign_dossiers":
                holder = {"person_id": UUID(command.arguments["to_person_id"])}
                for dossier_id in command.arguments["dossier_ids"]:
                    found["dossiers", "dossier_id", dossier_id] = command, holder
            case _ if command.service == "dossiers" and "content_digest" in (command.answer or {}):
                told = {column: command.answer[column] for column in OF_A_DOSSIER}
                found["dossiers", "dossier_id", command.answer["dossier_id"]] = command, told
    return found


def _finding(what: str, command: Command, sentence: str) -> Finding:
    return Finding(
        what=what,  # type: ignore[arg-type]
        sentence=f"{command.service}.{command.method} {command.command_id} {sentence}",
        trace_id=command.trace_id,
    )
