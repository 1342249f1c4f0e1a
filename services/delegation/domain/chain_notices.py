"""The end of an office's mandate is told to both sides before."""

from __future__ import annotations

from datetime import datetime

from services.delegation.domain.carrying import Carrying
from services.delegation.domain.enterprises import Enterprise, Side
from services.delegation.domain.terms import legal_day, notice_due, notices_missed


class Noticed(Carrying):
    """``client_noticed_days``, ``office_noticed_days``: of the notices before its last day, the last that needs not be
    given to this side."""

    enterprise: Enterprise
    client_noticed_days: int | None
    office_noticed_days: int | None

    def note_expiring(self, *, told_as: Side, now: datetime) -> bool:
        """False: no notice is due to this side, it was given, or nobody could renew it."""
        noticed = self.client_noticed_days if told_as == "client" else self.office_noticed_days
        due = notice_due(self.valid_until, noticed_days=noticed, now=now)
        if due is None or self.has_ended(now) or {self.enterprise.state, self.office.state} != {"active"}:
            return False
        # What it allows is as before: its version stays.
        if told_as == "client":
            self.client_noticed_days = due
        else:
            self.office_noticed_days = due
        return True

    def _plan_notices(self, now: datetime) -> None:
        """As before a term that is set today."""
        missed = notices_missed(self.valid_until, today=legal_day(now))
        self.client_noticed_days = self.office_noticed_days = missed
