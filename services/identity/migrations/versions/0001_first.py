"""People and their numbers, sign-ins, sessions, contacts and their links, notices, means."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
ID = UUID(as_uuid=True)


def upgrade() -> None:
    create_chassis_tables()
    _create_people()
    _create_sign_ins_and_sessions()
    _create_contacts_and_links()
    op.create_table(
        "acknowledgements",
        sa.Column("person_id", ID, sa.ForeignKey("people.person_id"), primary_key=True),
        sa.Column("notice", sa.Text, primary_key=True),
        sa.Column("acknowledged_at", INSTANT, nullable=False),
    )
    op.create_table(
        "means_availability",
        sa.Column("means", sa.Text, primary_key=True),
        sa.Column("available", sa.Boolean, nullable=False),
        sa.CheckConstraint("means IN ('eid', 'itsme', 'email', 'sms', 'app', 'eidas')", name="means_known"),
    )


def _create_people() -> None:
    op.create_table(
        "person_numbers",
        sa.Column("person_id", ID, primary_key=True),
        sa.Column("blind_index", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("key_id", sa.Text, nullable=False, index=True),
        sa.Column("sealed_number", sa.LargeBinary, nullable=False),
        sa.Column("mentioned_at", INSTANT, nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("person_id", ID, sa.ForeignKey("person_numbers.person_id"), primary_key=True),
        sa.Column("given_name", sa.Text, nullable=False),
        sa.Column("surname", sa.Text, nullable=False),
        sa.Column("csam_email", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("language_chosen_at", INSTANT),
        sa.Column("birth_on", sa.Date),
        sa.Column("domicile", JSONB(none_as_null=True)),
        sa.Column("first_signed_in_at", INSTANT, nullable=False),
        sa.Column("signed_in_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _create_sign_ins_and_sessions() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("sign_in_id", ID, primary_key=True),
        sa.Column("state_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("browser_secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("return_to", sa.Text, nullable=False),
        sa.Column("callback_url", sa.Text, nullable=False),
        sa.Column("means", sa.Text),
        sa.Column("minimum_level", sa.Integer, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("code_hash", sa.LargeBinary),
        sa.Column("exchanging_since", INSTANT),
        sa.Column("failed_at", INSTANT),
        sa.Column("session_id", ID),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", ID, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("person_id", ID, sa.ForeignKey("people.person_id"), nullable=False, index=True),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("means", sa.Text),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False, index=True),
        sa.Column("ended_at", INSTANT),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _create_contacts_and_links() -> None:
    op.create_table(
        "contacts",
        sa.Column("contact_id", ID, primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("space", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("awaiting_email", sa.Text),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("person_id", "space"),
    )
    op.create_table(
        "links",
        sa.Column("confirmation_id", ID, primary_key=True),
        sa.Column("contact_id", ID, sa.ForeignKey("contacts.contact_id"), nullable=False, index=True),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("used_at", INSTANT),
        sa.Column("voided_at", INSTANT),
        sa.Column("version", sa.Integer, nullable=False),
    )
