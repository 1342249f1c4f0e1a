"""What waits for somebody's decision: role requests and invitations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from contracts.delegation import AlreadyRequested, InvitationInvalid
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from services.delegation.domain.invitations import Invitation
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.storage import tables
from services.delegation.storage.collections import Collection


class RoleRequests(Collection[RoleRequest]):
    entity = RoleRequest
    table = tables.role_requests

    def add(self, entity: RoleRequest) -> None:
        # Two clicks must not make two requests: the unique index decides, not a look-up.
        try:
            super().add(entity)
        except IntegrityError as taken:
            if "role_requests_one_open" not in str(taken.orig):
                raise
            raise AlreadyRequested() from taken

    def get_for_change(self, role_request_id: UUID) -> RoleRequest:
        return self._get_for_change(self.table.c.role_request_id == role_request_id)

    def of_person(self, person_id: UUID) -> list[RoleRequest]:
        return self._list(self._of_person(person_id), newest=self.table.c.requested_at)

    def find_over_for_change(
        self, *, bce_number: BceNumber, role: str, person_id: UUID, requested_before: datetime
    ) -> RoleRequest | None:
        """The one still open that was made then. Of two who find it the second waits, and finds it no more."""
        c = self.table.c
        this = (self._of_enterprise(bce_number), self._of_person(person_id), c.role_name == role)
        over = sa.select(RoleRequest).where(*this, c.state == "open", c.requested_at <= requested_before)
        return self.session.scalars(over.with_for_update(of=RoleRequest)).one_or_none()

    def over(self, *, requested_before: datetime, most: int) -> list[UUID]:
        """Those still open that were made then, the oldest first."""
        due = (self.table.c.state == "open", self.table.c.requested_at <= requested_before)
        ids = sa.select(self.table.c.role_request_id).where(*due).order_by(self.table.c.requested_at).limit(most)
        return list(self.session.scalars(ids))

    def forget_words(self, person_id: UUID, *, before: datetime) -> None:
        """The name and the message of somebody who deleted his account, and why he was refused, in what he asked until
        then."""
        mine = sa.update(self.table).where(self._of_person(person_id), self.table.c.requested_at <= before)
        reason = sa.case((self.table.c.reason.is_not(None), ""))
        self.session.execute(mine.values(requester_name="", message="", reason=reason))

    def open_of_enterprise(self, bce_number: BceNumber) -> list[RoleRequest]:
        return self._list(self._of_enterprise(bce_number), self.table.c.state == "open")

    def of_enterprise(self, bce_number: BceNumber) -> list[RoleRequest]:
        return self._list(self._of_enterprise(bce_number), newest=self.table.c.requested_at)


class Invitations(Collection[Invitation]):
    entity = Invitation
    table = tables.invitations

    def get_for_change(self, invitation_id: UUID) -> Invitation:
        return self._get_for_change(self.table.c.invitation_id == invitation_id)

    def get_of_person_for_change(self, *, invitation_id: UUID, person_id: UUID) -> Invitation:
        """One that is addressed to this person; another's does not exist for him."""
        return self._get_for_change(self.table.c.invitation_id == invitation_id, self._of_person(person_id))

    def get_for_change_by_link(self, *, secret_hash: str) -> Invitation:
        try:
            return self._get_for_change(self.table.c.secret_hash == secret_hash)
        except NotFound as unknown:
            raise InvitationInvalid() from unknown

    def get_by_link(self, *, secret_hash: str) -> Invitation:
        found = self._list(self.table.c.secret_hash == secret_hash)
        if not found:
            raise InvitationInvalid()
        return found[0]

    def forget_addresses(self, *, expired_before: datetime) -> int:
        """Those to which invitations went that nobody took; the number of them."""
        over = sa.update(self.table).where(self.table.c.sealed.is_not(None), self.table.c.expires_at < expired_before)
        forgotten = over.values(sealed=None, address_index=None, address_hint=None)
        return len(self.session.execute(forgotten.returning(self.table.c.invitation_id)).all())

    def end_those_to(self, person_id: UUID, *, before: datetime, now: datetime) -> None:
        """Made until then and not taken: nobody sends them again either."""
        mine, c = self._of_person(person_id), self.table.c
        still = (c.accepted_at.is_(None), c.ended_at.is_(None), c.invited_at <= before)
        ended = {"ended_as": "declined", "ended_by": person_id, "ended_at": now, "version": c.version + 1}
        self.session.execute(sa.update(self.table).where(mine, *still).values(**ended))

    def beside(self, *, bce_number: BceNumber, person_id: UUID | None, address_index: str | None) -> list[Invitation]:
        """Those of the enterprise to this person, or to this address."""
        if person_id is None and address_index is None:
            return []
        whose = self._of_person(person_id) if person_id else self.table.c.address_index == address_index
        return self._list(whose, self._of_enterprise(bce_number))

    def to_person(self, person_id: UUID) -> list[Invitation]:
        return self._list(self._of_person(person_id), newest=self.table.c.invited_at)

    def of_enterprise(self, bce_number: BceNumber) -> list[Invitation]:
        return self._list(self._of_enterprise(bce_number), newest=self.table.c.invited_at)
