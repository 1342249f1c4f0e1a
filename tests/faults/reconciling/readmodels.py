"""What a service knows of another's affairs is what the other holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from deploy.embedded.environment import WITH_DATABASE
from tests.faults.ledger import Ledger
from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings

Known = dict[Any, Any]

REVOKED_FOR = timedelta(minutes=6)


def find_differing(ledger: Ledger, holdings: Holdings) -> Iterator[Finding]:
    yield from _compare("dossiers.mandates", _mandates_held(holdings), _mandates_known(holdings))
    yield from _compare("notifications.contacts", _contacts_held(holdings), _contacts_known(holdings))
    yield from _compare("notifications.languages", _languages_held(holdings), _languages_known(holdings))
    yield from _compare("delegation.reachable_people", _confirmed(holdings), _reachable(holdings))
    yield from _compare("identity.dossiers", _filed(holdings), _filed_as_known(holdings))
    revoked = {row["session_id"]: row["ended_at"] + REVOKED_FOR for row in holdings.tables["identity", "sessions"]}
    for service in WITH_DATABASE:
        known = {row["session_id"]: row["until"] for row in holdings.tables[service, "revoked_sessions"]}
        # What is over may be forgotten, since no statement of that session is valid any more; it was seen before.
        over = {key: until for key, until in ledger.revocations[service].items() if until <= holdings.read_at}
        yield from _compare(f"{service}.revoked_sessions", revoked, over | known)


def _compare(name: str, held: Known, known: Known) -> Iterator[Finding]:
    for key in held.keys() - known.keys():
        yield Finding(what="lost", sentence=f"{name} does not know {key}")
    for key in known.keys() - held.keys():
        yield Finding(what="doubled", sentence=f"{name} knows {key}, which its publisher does not hold")
    for key in held.keys() & known.keys():
        if held[key] != known[key]:
            sentence = f"{name} says {known[key]} of {key}, where its publisher holds {held[key]}"
            yield Finding(what="lost", sentence=sentence)


def _mandates_held(holdings: Holdings) -> Known:
    return {row["mandate_id"]: (1, *_mandate_of(row)) for row in holdings.tables["delegation", "mandates"]}


def _mandates_known(holdings: Holdings) -> Known:
    return {row["mandate_id"]: (row["epoch"], *_mandate_of(row)) for row in holdings.tables["dossiers", "mandates"]}


def _mandate_of(row: Any) -> tuple[Any, ...]:
    names = "version person_id bce_number valid_from valid_until revoked_at establishment_number"
    return tuple(row[name] for name in names.split())


def _contacts_held(holdings: Holdings) -> Known:
    """Confirmed addresses and designations; the address itself is sealed on its way."""
    confirmed = {
        row["contact_id"]: (row["version"], row["person_id"], row["space"], row["email"])
        for row in holdings.tables["identity", "contacts"]
        if row["email"] is not None
    }
    designated = {
        row["designation_id"]: (
            row["version"],
            row["person_id"],
            row["bce_number"],
            f"{row['person_id']}@example.org",
        )
        for row in holdings.tables["delegation", "designations"]
    }
    return confirmed | designated


def _contacts_known(holdings: Holdings) -> Known:
    return {
        row["contact_id"]: (row["version"], row["person_id"], row["space"], row["address"])
        for row in holdings.tables["notifications", "contacts"]
    }


def _languages_held(holdings: Holdings) -> Known:
    return {row["person_id"]: row["language"] for row in holdings.tables["identity", "people"]}


def _languages_known(holdings: Holdings) -> Known:
    return {row["person_id"]: row["language"] for row in holdings.tables["notifications", "languages"]}


def _confirmed(holdings: Holdings) -> Known:
    rows = holdings.tables["identity", "contacts"]
    return {row["contact_id"]: (1, row["version"], row["person_id"]) for row in rows if row["email"] is not None}


def _reachable(holdings: Holdings) -> Known:
    rows = holdings.tables["delegation", "reachable_people"]
    return {row["contact_id"]: (row["epoch"], row["version"], row["person_id"]) for row in rows}


def _filed(holdings: Holdings) -> Known:
    """People's own dossiers, and whether they are open."""
    return {
        row["dossier_id"]: (row["person_id"], row["state"] not in ("decided", "withdrawn"))
        for row in holdings.tables["dossiers", "dossiers"]
        if row["bce_number"] is None and row["state"] != "draft"
    }


def _filed_as_known(holdings: Holdings) -> Known:
    return {row["dossier_id"]: (row["person_id"], row["is_open"]) for row in holdings.tables["identity", "dossiers"]}
