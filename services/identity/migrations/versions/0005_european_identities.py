"""European identities, and sign-ins that wait for the national number of one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)
ID = UUID(as_uuid=True)


def upgrade() -> None:
    op.add_column("sign_ins", sa.Column("linking_id", ID))
    op.create_table(
        "european_identities",
        sa.Column("identity_id", ID, primary_key=True),
        sa.Column("identifier_index", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("country", sa.Text, nullable=False),
        sa.Column("given_name", sa.Text, nullable=False),
        sa.Column("surname", sa.Text, nullable=False),
        sa.Column("birth_on", sa.Date, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("person_id", ID, sa.ForeignKey("person_numbers.person_id"), index=True),
        sa.Column("email", sa.Text),
        sa.Column("telephone", sa.Text),
        sa.Column("changed_at", INSTANT),
        sa.Column("decided_by", ID),
        sa.Column("decision_reason", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("state = 'unlinked' OR person_id IS NOT NULL", name="whose_number"),
        sa.Index("one_identity_linked", "person_id", unique=True, postgresql_where=sa.text("state = 'linked'")),
    )
    op.create_table(
        "linkings",
        sa.Column("linking_id", ID, primary_key=True),
        sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("identity_id", ID, sa.ForeignKey("european_identities.identity_id"), nullable=False, index=True),
        sa.Column("return_to", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("means", sa.Text),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False, index=True),
        sa.Column("session_id", ID),
        sa.Column("version", sa.Integer, nullable=False),
    )
