"""How often one may try what could be guessed or worn out by trying."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any, Final

from chassis.admission import Call
from chassis.limits import Limit


def _address(call: Call, arguments: dict[str, Any]) -> str:
    return network_of(arguments["address"])


def network_of(address: str) -> str:
    """Who has one address of IPv6 has 2⁶⁴ of them, and may take another for each attempt: they count as one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))


def _person(call: Call, arguments: dict[str, Any]) -> str:
    # A service answers for itself.
    return "" if call.service is not None else str(call.actor.person_id)


# By address of the network, which many people may share: so these are wide. A link's secret has 256 bits: the limit
# spares the database, and shows in the metrics that somebody tries.
LINKS: Final = Limit(what="link", most=60, per=timedelta(minutes=10), by=_address)
SIGN_INS_BEGUN: Final = Limit(what="sign_in_begun", most=300, per=timedelta(minutes=10), by=_address)
SIGN_INS_COMPLETED: Final = Limit(what="sign_in_completed", most=300, per=timedelta(minutes=10), by=_address)
LINKINGS: Final = Limit(what="linking", most=300, per=timedelta(minutes=10), by=_address)
# Wide as well, beside the tries that each European identity has (commands/european.py).
NUMBERS_GIVEN: Final = Limit(what="number_given", most=60, per=timedelta(minutes=10), by=_address)
# An access manager invites some people by their numbers, not a whole country.
REFERENCES: Final = Limit(what="reference", most=60, per=timedelta(hours=1), by=_person)
