"""Tables. ``migrations`` makes them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from contracts.identifiers import BceNumber, EstablishmentNumber

metadata = sa.MetaData()

_ID = UUID(as_uuid=True)
_INSTANT = sa.DateTime(timezone=True)


class NumberColumn(sa.TypeDecorator[Any]):
    """Of one kind of the Crossroads Bank's numbers."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[BceNumber] | type[EstablishmentNumber]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> BceNumber | EstablishmentNumber | None:
        return None if value is None else self.kind(value)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else str(value)


# Never changed: a trigger refuses it.
procedure_versions = sa.Table(
    "procedure_versions",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("definition", JSONB, nullable=False),
    sa.Column("published_at", _INSTANT, nullable=False),
)

reference_numbers = sa.Sequence("reference_numbers", metadata=metadata)

dossiers = sa.Table(
    "dossiers",
    metadata,
    sa.Column("dossier_id", _ID, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("procedure", sa.Text, nullable=False),
    sa.Column("procedure_version", sa.Integer, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("person_id", _ID, nullable=False),
    sa.Column("applicant", sa.Text, nullable=False),
    sa.Column("bce_number", NumberColumn(BceNumber)),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("answers", JSONB, nullable=False),
    sa.Column("locked", JSONB, nullable=False),
    sa.Column("created_at", _INSTANT, nullable=False),
    sa.Column("updated_at", _INSTANT, nullable=False),
    sa.Column("expires_at", _INSTANT),
    sa.Column("declaration_id", _ID),
    sa.Column("reference", sa.Text, unique=True),
    sa.Column("submitted_at", _INSTANT),
    sa.Column("is_late", sa.Boolean, nullable=False),
    sa.Column("content_digest", sa.Text),
    sa.Column("claimed_by", _ID),
    sa.Column("outcome", sa.Text),
    sa.Column("motivation", sa.Text),
    sa.Column("decided_at", _INSTANT),
    sa.Column("establishment_number", NumberColumn(EstablishmentNumber)),
    sa.ForeignKeyConstraint(
        ["procedure", "procedure_version"], ["procedure_versions.slug", "procedure_versions.version"]
    ),
    sa.CheckConstraint("(state = 'draft') = (reference IS NULL)", name="a_reference_once_submitted"),
    sa.CheckConstraint("(state = 'draft') = (expires_at IS NOT NULL)", name="only_drafts_expire"),
    sa.CheckConstraint(
        "establishment_number IS NULL OR bce_number IS NOT NULL", name="an_establishment_of_an_enterprise"
    ),
    sa.Index("dossiers_of_person", "person_id", postgresql_where=sa.text("bce_number IS NULL")),
    sa.Index("dossiers_of_enterprise", "bce_number", postgresql_where=sa.text("bce_number IS NOT NULL")),
    sa.Index("dossiers_to_treat", "submitted_at", postgresql_where=sa.text("state IN ('submitted', 'in_treatment')")),
    sa.Index("drafts_expiring", "expires_at", postgresql_where=sa.text("expires_at IS NOT NULL")),
)


def _of_dossier(**more: Any) -> sa.Column[Any]:
    return sa.Column(
        "dossier_id", _ID, sa.ForeignKey("dossiers.dossier_id", ondelete="CASCADE"), nullable=False, **more
    )


attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("attachment_id", _ID, primary_key=True),
    _of_dossier(index=True),
    sa.Column("heading", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("added_at", _INSTANT, nullable=False),
    sa.Column("added_by", _ID),
    sa.Column("complement_id", _ID),
)

complements = sa.Table(
    "complements",
    metadata,
    sa.Column("complement_id", _ID, primary_key=True),
    _of_dossier(index=True),
    sa.Column("elements", JSONB, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("due_at", _INSTANT, nullable=False),
    sa.Column("asked_at", _INSTANT, nullable=False),
    sa.Column("asked_by", _ID),
    sa.Column("answered_at", _INSTANT),
    sa.Column("answered_by", _ID),
    sa.Column("answer", sa.Text),
)

steps = sa.Table(
    "steps",
    metadata,
    _of_dossier(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("at", _INSTANT, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("person_id", _ID),
    sa.Column("mandate_id", _ID),
    sa.Column("level", sa.Integer),
)

# What somebody said he would send, and whether it came. ``attachment_id`` is the attachment's once it came.
uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("attachment_id", _ID, primary_key=True),
    _of_dossier(index=True),
    sa.Column("person_id", _ID, nullable=False),
    sa.Column("command_id", _ID, nullable=False),
    sa.Column("heading", sa.Text, nullable=False),
    sa.Column("complement_id", _ID),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("begun_at", _INSTANT, nullable=False),
    sa.Column("completed_at", _INSTANT),
    sa.UniqueConstraint("person_id", "command_id", name="uploads_of_a_command"),
)

# Of a ticket only the digest rests here: who reads the database cannot use it.
tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    _of_dossier(index=True),
    sa.Column("attachment_id", _ID, nullable=False),
    sa.Column("expires_at", _INSTANT, nullable=False, index=True),
    sa.Column("used_at", _INSTANT),
)

# Learnt from delegation: who may do what for which enterprise. The check looks at the dates itself.
mandates = sa.Table(
    "mandates",
    metadata,
    sa.Column("mandate_id", _ID, primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("person_id", _ID, nullable=False),
    sa.Column("bce_number", NumberColumn(BceNumber), nullable=False),
    sa.Column("enterprise_name", sa.Text, nullable=False),
    sa.Column("permissions", JSONB, nullable=False),
    sa.Column("procedure_categories", JSONB, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    sa.Column("revoked_at", _INSTANT),
    sa.Column("suspended_at", _INSTANT),
    sa.Column("establishment_number", sa.Text),
    # With all that the rules look at, so that it alone is read.
    sa.Index(
        "mandates_of_person",
        "person_id",
        postgresql_include=[
            "mandate_id",
            "bce_number",
            "permissions",
            "procedure_categories",
            "valid_from",
            "valid_until",
            "revoked_at",
            "suspended_at",
            "establishment_number",
        ],
    ),
    sa.Index("mandates_of_enterprise", "bce_number"),
)

# Learnt from delegation, of those that changed since somebody first had a mandate there.
enterprises = sa.Table(
    "enterprises",
    metadata,
    sa.Column("bce_number", NumberColumn(BceNumber), primary_key=True),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
)
