"""A mandate is as the last answer tells it, and each state that it ever had was announced once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from contracts import wire
from contracts.delegation import MandateView
from tests.faults.ledger import Command, Ledger
from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings


def find_other_mandates(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    """Also those of an office's people, which end and last with the office's."""
    stored = {row["mandate_id"]: _state_of(row) for row in holdings.tables["delegation", "mandates"]}
    for mandate_id, (command, view) in _last_told(ledger).items():
        told = view.state, view.valid_until, view.suspended_at, view.procedure_categories
        held = stored.get(mandate_id)
        if held != told:
            sentence = f"{command.name} {command.command_id} told {told} of {mandate_id}, and stored is {held}"
            yield Finding(what="lost", sentence=sentence, trace_id=command.trace_id)


def find_other_announcements(holdings: Holdings) -> Iterator[Finding]:
    """The versions of each, from the first to that which it has now."""
    told: dict[str, Counter[int]] = defaultdict(Counter)
    for row in holdings.outboxes["delegation"]:
        told[row["subject"]][row["version"]] += 1
    for table, key in (("mandates", "mandate_id"), ("enterprise_mandates", "enterprise_mandate_id")):
        for row in holdings.tables["delegation", table]:
            subject, versions = str(row[key]), Counter(range(1, row["version"] + 1))
            for version in versions - told[subject]:
                yield Finding(what="lost", sentence=f"the version {version} of {subject} in {table} is in no outbox")
            for version in told[subject] - versions:
                sentence = f"the version {version} of {subject} in {table} was announced too often"
                yield Finding(what="doubled", sentence=sentence)


def mandates_in(answer: Any) -> Iterator[dict[str, Any]]:
    """The views of mandates in it, wherever they stand."""
    if isinstance(answer, list):
        for part in answer:
            yield from mandates_in(part)
    elif isinstance(answer, dict):
        if "mandate_id" in answer:
            yield answer
        yield from mandates_in(answer.get("people"))


def _last_told(ledger: Ledger) -> dict[UUID, tuple[Command, MandateView]]:
    """{mandate: (command, view)}; also by the answers to questions."""
    answered = [each for each in ledger.in_state("answered") if each.service == "delegation"]
    return {
        (view := wire.load(MandateView, told)).mandate_id: (command, view)
        for command in sorted(answered, key=lambda each: each.began_at)
        for told in mandates_in(command.answer)
    }


def _state_of(row: dict[str, Any]) -> tuple[Any, ...]:
    """As a view tells it; none comes to its last day in a run."""
    unless_revoked = "suspended" if row["suspended_at"] else "active"
    state = "revoked" if row["revoked_at"] else unless_revoked
    return state, row["valid_until"], row["suspended_at"], row["categories"]
