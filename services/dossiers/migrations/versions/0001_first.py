"""Procedures, dossiers, files, and the read model of mandates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_chassis_tables()
    _create_procedures()
    _create_dossiers()
    _create_parts()
    _create_files()
    _create_mandates()


def _create_procedures() -> None:
    op.create_table(
        "procedure_versions",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("definition", JSONB, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
    )
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'a published version of a procedure is never changed'; END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON procedure_versions
        FOR EACH ROW EXECUTE FUNCTION refuse_change()
        """
    )


def _create_dossiers() -> None:
    op.execute("CREATE SEQUENCE reference_numbers")
    op.create_table(
        "dossiers",
        sa.Column("dossier_id", UUID, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("procedure", sa.Text, nullable=False),
        sa.Column("procedure_version", sa.Integer, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("applicant", sa.Text, nullable=False),
        sa.Column("bce_number", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("locked", JSONB, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("declaration_id", UUID),
        sa.Column("reference", sa.Text, unique=True),
        sa.Column("submitted_at", INSTANT),
        sa.Column("is_late", sa.Boolean, nullable=False),
        sa.Column("content_digest", sa.Text),
        sa.Column("claimed_by", UUID),
        sa.Column("outcome", sa.Text),
        sa.Column("motivation", sa.Text),
        sa.Column("decided_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["procedure", "procedure_version"], ["procedure_versions.slug", "procedure_versions.version"]
        ),
        sa.CheckConstraint("(state = 'draft') = (reference IS NULL)", name="a_reference_once_submitted"),
        sa.CheckConstraint("(state = 'draft') = (expires_at IS NOT NULL)", name="only_drafts_expire"),
    )
    op.create_index("dossiers_of_person", "dossiers", ["person_id"], postgresql_where=sa.text("bce_number IS NULL"))
    op.create_index(
        "dossiers_of_enterprise", "dossiers", ["bce_number"], postgresql_where=sa.text("bce_number IS NOT NULL")
    )
    op.create_index(
        "dossiers_to_treat",
        "dossiers",
        ["submitted_at"],
        postgresql_where=sa.text("state IN ('submitted', 'in_treatment')"),
    )
    op.create_index("drafts_expiring", "dossiers", ["expires_at"], postgresql_where=sa.text("expires_at IS NOT NULL"))


def _of_dossier(*, is_key: bool = False) -> "sa.Column[object]":
    owner = sa.ForeignKey("dossiers.dossier_id", ondelete="CASCADE")
    return sa.Column("dossier_id", UUID, owner, nullable=False, primary_key=is_key, index=not is_key)


def _create_parts() -> None:
    op.create_table(
        "attachments",
        sa.Column("attachment_id", UUID, primary_key=True),
        _of_dossier(),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False, index=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", UUID),
        sa.Column("complement_id", UUID),
    )
    op.create_table(
        "complements",
        sa.Column("complement_id", UUID, primary_key=True),
        _of_dossier(),
        sa.Column("elements", JSONB, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", UUID),
        sa.Column("answered_at", INSTANT),
        sa.Column("answered_by", UUID),
        sa.Column("answer", sa.Text),
    )
    op.create_table(
        "steps",
        _of_dossier(is_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("person_id", UUID),
        sa.Column("mandate_id", UUID),
        sa.Column("level", sa.Integer),
    )


def _create_files() -> None:
    op.create_table(
        "uploads",
        sa.Column("attachment_id", UUID, primary_key=True),
        _of_dossier(),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("command_id", UUID, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("complement_id", UUID),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("completed_at", INSTANT),
        sa.UniqueConstraint("person_id", "command_id", name="uploads_of_a_command"),
    )
    op.create_table(
        "tickets",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        _of_dossier(),
        sa.Column("attachment_id", UUID, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("used_at", INSTANT),
    )


def _create_mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("mandate_id", UUID, primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("person_id", UUID, nullable=False),
        sa.Column("bce_number", sa.Text, nullable=False),
        sa.Column("enterprise_name", sa.Text, nullable=False),
        sa.Column("permissions", JSONB, nullable=False),
        sa.Column("procedure_categories", JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.Column("is_for_one_establishment", sa.Boolean, nullable=False),
    )
    op.create_index("mandates_of_person", "mandates", ["person_id"])
    op.create_index("mandates_of_enterprise", "mandates", ["bce_number"])
