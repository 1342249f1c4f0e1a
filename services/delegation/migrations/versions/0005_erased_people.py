"""Who can be reached is known by the contact that was confirmed, and since when; and who deleted her account.

Rows from before stand under the person's own id, as told before anything else, until identity is republished.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("reachable_people", sa.Column("contact_id", sa.UUID))
    op.add_column(
        "reachable_people",
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False, server_default="2000-01-01T00:00:00Z"),
    )
    op.execute("UPDATE reachable_people SET contact_id = person_id")
    op.alter_column("reachable_people", "told_at", server_default=None)
    op.drop_constraint("reachable_people_pkey", "reachable_people")
    op.create_primary_key("reachable_people_pkey", "reachable_people", ["contact_id"])
    op.create_index("ix_reachable_people_person_id", "reachable_people", ["person_id"])
    op.create_table(
        "erased_people",
        sa.Column("person_id", sa.UUID, primary_key=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
    )
