"""Whom an office's mandate carries, and until when: his own mandate in the office decides with it, each time anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.standing import Lasting


class Carrying(Lasting):
    office: Enterprise

    def carries(self, in_office: Iterable[Mandate], *, now: datetime) -> bool:
        """Whether somebody with these mandates in the office still acts by it."""
        return self.carries_until(in_office, now=now) is not None

    def carries_until(self, in_office: Iterable[Mandate], *, now: datetime) -> date | None:
        """The last day as things stand: what he has in the office may have been shortened since. None: not even now."""
        there = [] if self.rests else [mandate for mandate in in_office if mandate.is_in_force(now)]
        return self.lasts_until(there, now=now)

    def lasts_until(self, in_office: Iterable[Mandate], *, now: datetime) -> date | None:
        """The same of what rests with it or with his mandates there, until they are resumed. None: not even then."""
        if self.has_ended(now) or self.office.state != "active":
            return None
        there = [one.valid_until for one in in_office if self._is_of_office(one) and not one.has_ended(now)]
        return min(self.valid_until, max(there)) if there else None

    def _is_of_office(self, mandate: Mandate) -> bool:
        """A mandate of the office's own: what somebody has there by another office makes no chain longer, and of two
        that act for one another neither keeps the other's people."""
        is_there = mandate.enterprise.bce_number == self.office.bce_number
        return is_there and mandate.enterprise_mandate_id is None

    @property
    def rests(self) -> bool:
        return self.suspended_at is not None

    def is_in_force(self, now: datetime) -> bool:
        return self.state(now) == "active"
