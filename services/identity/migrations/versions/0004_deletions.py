"""Deletion of accounts: who asked for it, whose dossiers are open, who may not, what is left of a person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0004"
down_revision = "0003"

INSTANT = sa.DateTime(timezone=True)
ID = UUID(as_uuid=True)


def upgrade() -> None:
    op.alter_column("person_numbers", "key_id", nullable=True)
    op.alter_column("person_numbers", "sealed_number", nullable=True)
    op.add_column("person_numbers", sa.Column("erasures", sa.Integer, nullable=False, server_default="0"))
    op.add_column("person_numbers", sa.Column("erased_at", INSTANT))
    op.create_table(
        "deletions",
        sa.Column("deletion_id", ID, primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("person_numbers.person_id"), nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("open_dossiers", sa.Integer, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("erases_at", INSTANT),
        sa.Column("decided_by", ID),
        sa.Column("decision_reason", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Index(
            "one_deletion_pending",
            "person_id",
            unique=True,
            postgresql_where=sa.text("state IN ('to_decide', 'accepted')"),
        ),
        sa.Index("deletions_due", "erases_at", postgresql_where=sa.text("state = 'accepted'")),
    )
    op.create_table(
        "education_staff",
        sa.Column("person_id", ID, sa.ForeignKey("person_numbers.person_id"), primary_key=True),
    )
    op.create_table(
        "dossiers",
        sa.Column("dossier_id", ID, primary_key=True),
        sa.Column("person_id", ID, nullable=False, index=True),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
