"""Sessions tell in which browser and from where they were begun; people, when the National Register was read;
links, whether an address was confirmed before."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("browser", "address"):
        op.add_column("sessions", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("register_asked_at", "register_read_at"):
        op.add_column("people", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("links", sa.Column("is_first", sa.Boolean, nullable=False, server_default=sa.true()))
    op.create_index("ix_links_person_id", "links", ["person_id"])
