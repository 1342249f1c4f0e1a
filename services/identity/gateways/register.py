"""The gateway of the National Register: names, birth and domicile of a person, by national number.

``POST {IDENTITY_REGISTER_URL}/people/find`` with {"national_number": 11 digits} answers 200 with JSON (its fields:
``deploy/embedded/register.py``), or 404 for who is not in it. The number goes in the body: addresses are logged.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import requests

from chassis.logs import log
from contracts import wire
from contracts.identifiers import NationalNumber
from contracts.identity import Domicile
from services.identity.domain.vouched import RegisterFacts
from services.identity.gateways.metrics import REGISTER_READS

CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 2.0


class RegisterAway(Exception):
    """It could not be reached, or answered what cannot be read. What was read before goes on to hold."""


class Register:
    def __init__(self, address: str) -> None:
        self._address = address
        self._session = requests.Session()

    def find(self, number: NationalNumber, *, now: datetime) -> RegisterFacts | None:
        """None for who is not in the register. Raises RegisterAway."""
        outcome = "away"
        try:
            facts = self._ask(number, now=now)
            outcome = "unknown" if facts is None else "read"
        finally:
            REGISTER_READS.labels(outcome).inc()
        return facts

    def _ask(self, number: NationalNumber, *, now: datetime) -> RegisterFacts | None:
        try:
            answer = self._session.post(
                f"{self._address}/people/find",
                json={"national_number": str(number)},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                headers={"Accept": "application/json"},
            )
            if answer.status_code == 404:
                return None
            answer.raise_for_status()
            return _facts(answer.json(), now=now)
        except (requests.RequestException, ValueError, TypeError, KeyError, AttributeError) as error:
            # The text of an error may hold what was answered, which is personal: only its kind is told.
            log.warning("register_away", reason=type(error).__name__)
            raise RegisterAway(type(error).__name__) from None


def _facts(content: dict[str, Any], *, now: datetime) -> RegisterFacts:
    birth_on, domicile = content.get("birth_on"), content.get("domicile")
    return RegisterFacts(
        surname=str(content["surname"]),
        birth_on=date.fromisoformat(birth_on) if birth_on else None,
        domicile=wire.load(Domicile, domicile | {"read_at": now.isoformat()}) if domicile else None,
    )
