"""Who ended or suspended a mandate, when and why, as each may know it: the words are for the side that wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from contracts.delegation import Stop, StopCause
from contracts.identifiers import BceNumber
from services.delegation.domain import reasons
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.mandates import Mandate

CAUSES: Final[dict[str, StopCause]] = {
    reasons.ACCOUNT_DELETED: "account_deleted",
    reasons.DESIGNATION_WITHDRAWN: "designation_withdrawn",
    reasons.CHAIN_BROKEN: "office_ended",
    reasons.OFFICE_LOST: "role_in_office_ended",
    reasons.UNCONFIRMED: "unconfirmed",
    reasons.CHAIN_RESTS: "office_rests",
    reasons.OFFICE_RESTS: "role_in_office_rests",
}

Side = Literal["holder", "enterprise", "office"]


class Onlooker:
    """An access manager of the enterprise ``manages``, or where that is None the holder of the mandates. ``managing``:
    by enterprise, all mandates that ever gave the right to decide there."""

    def __init__(
        self, person_id: UUID, *, manages: BceNumber | None, managing: Mapping[BceNumber, Iterable[Mandate]]
    ) -> None:
        self._person_id = person_id
        self._manages = manages
        self._managing = managing

    def stop_of(self, mandate: Mandate, *, now: datetime) -> Stop | None:
        """None: it was neither revoked nor suspended."""
        state = mandate.state(now)
        if state == "revoked":
            at, by, reason = mandate.revoked_at, mandate.revoked_by, mandate.revocation_reason
        elif state == "suspended":
            at, by, reason = mandate.suspended_at, mandate.suspended_by, mandate.suspension_reason
        else:
            return None
        assert at is not None
        here, via = mandate.enterprise.bce_number, mandate.via_bce_number
        if by is None or (by == mandate.person_id and reason == reasons.ACCOUNT_DELETED):
            return self._of_ours(at, by, reason)
        if by == mandate.person_id:
            return self._of_somebody(at, by, reason, side="holder", there=here)
        # As in ``was_taken``: who did it for the office may have left it since, and the office suspends nobody.
        if state == "revoked" and via is not None and self._decided(by, there=via, at=at):
            return self._of_somebody(at, by, reason, side="office", there=via)
        told_to_holder = self._manages is None
        return self._of_somebody(at, by, reason, side="enterprise", there=here, is_named=told_to_holder)

    def stop_of_chain(self, chain: EnterpriseMandate, *, now: datetime) -> Stop | None:
        state, client, office = chain.state(now), chain.enterprise.bce_number, chain.office.bce_number
        if state == "suspended":
            at, by, reason = chain.suspended_at, chain.suspended_by, chain.suspension_reason
            assert at is not None
            if by is None:
                return self._of_ours(at, by, reason)
            return self._of_somebody(at, by, reason, side="enterprise", there=client)
        if state != "revoked":
            return None
        at, by, reason = chain.revoked_at, chain.revoked_by, chain.revocation_reason
        assert at is not None
        assert by is not None
        # As in ``EnterpriseMandate.end``: who decides for both does it for the client.
        if self._decided(by, there=client, at=at):
            return self._of_somebody(at, by, reason, side="enterprise", there=client)
        return self._of_somebody(at, by, reason, side="office", there=office)

    def _of_ours(self, at: datetime, by: UUID | None, reason: str | None) -> Stop:
        cause = CAUSES.get(reason or "")
        if by is not None:
            return Stop(at=at, by="asker" if by == self._person_id else "holder", cause=cause)
        return Stop(at=at, by="registry" if cause == "designation_withdrawn" else "nobody", cause=cause)

    def _of_somebody(
        self, at: datetime, by: UUID, reason: str | None, *, side: Side, there: BceNumber, is_named: bool = False
    ) -> Stop:
        if by == self._person_id:
            return Stop(at=at, by="asker", reason=reason or None)
        is_ours = there == self._manages
        return Stop(
            at=at,
            by=side,
            by_name=self._name_of(by, there=there) if side != "holder" and (is_ours or is_named) else None,
            # Empty once its holder has deleted his account.
            reason=reason or None if is_ours else None,
        )

    def _decided(self, person_id: UUID, *, there: BceNumber, at: datetime) -> bool:
        return any(held.person_id == person_id and held.was_in_force(at) for held in self._managing.get(there, ()))

    def _name_of(self, person_id: UUID, *, there: BceNumber) -> str | None:
        """As an access manager there: CSAM's registry tells no names, and a deleted account has none any more."""
        held = [mandate for mandate in self._managing.get(there, ()) if mandate.person_id == person_id]
        return next((mandate.person_name for mandate in reversed(held) if mandate.person_name), None)


def where_decided(mandates: Iterable[Mandate], chains: Iterable[EnterpriseMandate] = ()) -> set[BceNumber]:
    """The enterprises whose access managers may have ended or suspended some of these."""
    found: set[BceNumber] = set()
    for mandate in mandates:
        if {mandate.revoked_by, mandate.suspended_by} - {None, mandate.person_id}:
            found |= {mandate.enterprise.bce_number, *filter(None, [mandate.via_bce_number])}
    for chain in chains:
        if chain.revoked_by is not None or chain.suspended_by is not None:
            found |= {chain.enterprise.bce_number, chain.office.bce_number}
    return found
