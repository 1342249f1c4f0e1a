"""Tables of delegation. The migrations create them; this says what the code reads and writes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

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
    sa.Column("struck_off_on", sa.Date),
    sa.Column("names", JSONB, nullable=False, server_default="[]"),
    sa.Column("seat", JSONB(none_as_null=True)),
    sa.Column("juridical_form", sa.Text),
    sa.Column("main_activity", sa.Text),
    sa.Column("started_on", sa.Date),
    sa.Column("orphaned_on", sa.Date),
)

establishments = sa.Table(
    "establishments",
    metadata,
    sa.Column("establishment_number", sa.Text, primary_key=True),
    _enterprise(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("address", JSONB(none_as_null=True)),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("closed_on", sa.Date),
    sa.Column("started_on", sa.Date),
)

# All names of an enterprise as services.delegation.domain.names folds them, for who looks for it.
enterprise_names = sa.Table(
    "enterprise_names",
    metadata,
    sa.Column("bce_number", Bce, primary_key=True),
    sa.Column("folded", sa.Text, primary_key=True),
)

# What the codes of the open data mean, in each language that it has.
register_labels = sa.Table(
    "register_labels",
    metadata,
    sa.Column("category", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("language", sa.Text, primary_key=True),
    sa.Column("label", sa.Text, nullable=False),
)

# Sets of the open data that were imported, or begun. ``position``: the last entity of it that was taken.
extracts = sa.Table(
    "extracts",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("taken_at", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("staged_rows", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("position", sa.Text, nullable=False, server_default=""),
    _instant("begun_at", nullable=False),
    _instant("ended_at"),
)

# The rows of the set that is being imported.
staged_entries = sa.Table(
    "staged_entries",
    metadata,
    sa.Column("entity", sa.Text, nullable=False),
    sa.Column("part", sa.SmallInteger, nullable=False),
    sa.Column("told", sa.JSON(none_as_null=True)),
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
    sa.Column("establishment_number", sa.Text),
    sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("address_index", sa.Text),
    sa.Column("address_hint", sa.Text),
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
    sa.Column("establishment_number", sa.Text),
    sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"),
    _instant("suspended_at"),
    _id("suspended_by"),
    sa.Column("suspension_reason", sa.Text),
    sa.Column("changed_as", sa.Text),
    _instant("changed_at"),
    sa.Column("noticed_days", sa.SmallInteger),
    sa.Column("enterprise_mandate_id", UUID(as_uuid=True), sa.ForeignKey("enterprise_mandates.enterprise_mandate_id")),
    sa.Column("via_bce_number", Bce),
    _instant("confirmed_at"),
    sa.Column("confirm_by", sa.Date),
    sa.Column("asked_as", sa.Text),
    sa.Column("was_narrowed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("revoked_for", sa.Text),
)

# A client (bce_number) has an office act for it.
enterprise_mandates = sa.Table(
    "enterprise_mandates",
    metadata,
    _id("enterprise_mandate_id", primary_key=True),
    _enterprise(),
    sa.Column("office_bce_number", Bce, sa.ForeignKey("enterprises.bce_number"), nullable=False),
    _role(),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    _id("granted_by", nullable=False),
    _instant("granted_at", nullable=False),
    sa.Column("establishment_number", sa.Text),
    sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"),
    _instant("revoked_at"),
    _id("revoked_by"),
    sa.Column("revocation_reason", sa.Text),
    _version(),
    _instant("renewed_at"),
    sa.Column("client_noticed_days", sa.SmallInteger),
    sa.Column("office_noticed_days", sa.SmallInteger),
    _instant("confirmed_at"),
    sa.Column("confirm_by", sa.Date),
    sa.Column("asked_as", sa.Text),
    _instant("suspended_at"),
    _id("suspended_by"),
    sa.Column("suspension_reason", sa.Text),
    sa.Column("revoked_for", sa.Text),
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
