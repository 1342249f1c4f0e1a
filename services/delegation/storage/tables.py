"""Tables of delegation. The migrations create them; this says what the code reads and writes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from contracts.identifiers import BceNumber

metadata = sa.MetaData()


class Bce(sa.types.TypeDecorator[BceNumber]):
    """Ten digits in the database, ``BceNumber`` in the code."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> BceNumber | None:
        return None if value is None else BceNumber(value)


def _id(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, UUID(as_uuid=True), **options)


def _instant(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _enterprise(**options: Any) -> sa.Column[Any]:
    return sa.Column("bce_number", Bce, sa.ForeignKey("enterprises.bce_number"), nullable=False, **options)


def _role() -> sa.Column[Any]:
    return sa.Column("role_name", sa.Text, sa.ForeignKey("roles.name"), nullable=False)


def _version() -> sa.Column[Any]:
    return sa.Column("version", sa.Integer, nullable=False)


roles = sa.Table(
    "roles",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("permissions", ARRAY(sa.Text), nullable=False),
)

enterprises = sa.Table(
    "enterprises",
    metadata,
    sa.Column("bce_number", Bce, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    _instant("registered_at", nullable=False),
    _version(),
)

designations = sa.Table(
    "designations",
    metadata,
    _id("designation_id", primary_key=True),
    _enterprise(),
    _id("person_id", nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("sealed", sa.Text),
    _instant("designated_at", nullable=False),
    _version(),
    _instant("withdrawn_at"),
)

role_requests = sa.Table(
    "role_requests",
    metadata,
    _id("role_request_id", primary_key=True),
    _enterprise(),
    _role(),
    _id("person_id", nullable=False),
    sa.Column("requester_name", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("manager_ids", ARRAY(UUID(as_uuid=True)), nullable=False),
    sa.Column("managers_without_address", sa.Integer, nullable=False),
    _instant("requested_at", nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    _id("decided_by"),
    _instant("decided_at"),
    sa.Column("reason", sa.Text),
    _version(),
    _instant("resent_at"),
    sa.Column("times_resent", sa.SmallInteger, nullable=False, server_default="0"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    _id("invitation_id", primary_key=True),
    _enterprise(),
    _role(),
    _id("invited_by", nullable=False),
    _instant("invited_at", nullable=False),
    _instant("expires_at", nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("language", sa.Text, nullable=False),
    _id("person_id"),
    sa.Column("secret_hash", sa.Text),
    sa.Column("sealed", sa.Text),
    _id("accepted_by"),
    _instant("accepted_at"),
    _version(),
    sa.Column("address_hash", sa.Text),
    sa.Column("ended_as", sa.Text),
    _id("ended_by"),
    _instant("ended_at"),
    _instant("resent_at"),
    sa.Column("times_resent", sa.SmallInteger, nullable=False, server_default="0"),
)

mandates = sa.Table(
    "mandates",
    metadata,
    _id("mandate_id", primary_key=True),
    _enterprise(),
    _role(),
    _id("person_id", nullable=False),
    sa.Column("person_name", sa.Text),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    _id("granted_by"),
    _instant("granted_at", nullable=False),
    sa.Column("designation_id", UUID(as_uuid=True), sa.ForeignKey("designations.designation_id")),
    sa.Column("role_request_id", UUID(as_uuid=True), sa.ForeignKey("role_requests.role_request_id")),
    sa.Column("invitation_id", UUID(as_uuid=True), sa.ForeignKey("invitations.invitation_id")),
    _instant("revoked_at"),
    _id("revoked_by"),
    sa.Column("revocation_reason", sa.Text),
    _version(),
)

# Persons who confirmed an e-mail address with identity: they can be written to, wherever the registry knows no address.
# One row for each confirmed contact (its subject), so that the versions of one can be compared.
reachable_people = sa.Table(
    "reachable_people",
    metadata,
    _id("person_id", nullable=False, index=True),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="1"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    _id("contact_id", primary_key=True),
    _instant("told_at", nullable=False),
)

# Who deleted her account, and when: see chassis.erasures.
erased_people = sa.Table(
    "erased_people",
    metadata,
    _id("person_id", primary_key=True),
    _instant("erased_at", nullable=False),
)
