"""Enterprises as the open data of the Crossroads Bank tells them: names, seats, establishments; found by their names.

``pg_trgm`` is a trusted extension: the owner of the database may create it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

INSTANT = sa.DateTime(timezone=True)

# As services/delegation/domain/names.py does, but for the forms of companies; an import stores them anew.
FOLD_WHAT_IS_THERE = r"""
    INSERT INTO enterprise_names (bce_number, folded)
    SELECT bce_number, left(trim(regexp_replace(
        regexp_replace(normalize(lower(name), NFD), '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', ' ', 'g'
    )), 300)
    FROM enterprises
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _widen_enterprises()
    _create_establishments()
    _create_names()
    _create_import()


def _widen_enterprises() -> None:
    op.add_column("enterprises", sa.Column("struck_off_on", sa.Date))
    op.add_column("enterprises", sa.Column("names", JSONB, nullable=False, server_default="[]"))
    op.add_column("enterprises", sa.Column("seat", JSONB))
    op.add_column("enterprises", sa.Column("juridical_form", sa.Text))
    op.add_column("enterprises", sa.Column("main_activity", sa.Text))
    op.add_column("enterprises", sa.Column("started_on", sa.Date))


def _create_establishments() -> None:
    op.create_table(
        "establishments",
        sa.Column("establishment_number", sa.Text, primary_key=True),
        sa.Column("bce_number", sa.Text, sa.ForeignKey("enterprises.bce_number"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("address", JSONB),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("started_on", sa.Date),
        sa.CheckConstraint("establishment_number ~ '^[2-8][0-9]{9}$'", name="establishments_number"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="establishments_state"),
    )
    op.create_index("establishments_of_enterprise", "establishments", ["bce_number"])


def _create_names() -> None:
    op.create_table(
        "enterprise_names",
        sa.Column("bce_number", sa.Text, primary_key=True),
        sa.Column("folded", sa.Text, primary_key=True),
    )
    op.execute(FOLD_WHAT_IS_THERE)
    op.execute('CREATE INDEX enterprise_names_beginning ON enterprise_names (folded COLLATE "C")')
    op.execute("CREATE INDEX enterprise_names_alike ON enterprise_names USING gin (folded gin_trgm_ops)")


def _create_import() -> None:
    op.create_table(
        "register_labels",
        sa.Column("category", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
    )
    op.create_table(
        "extracts",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("taken_at", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("staged_rows", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("position", sa.Text, nullable=False, server_default=""),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint("kind IN ('full', 'update')", name="extracts_kind"),
        sa.CheckConstraint("stage IN ('loading', 'merging', 'done')", name="extracts_stage"),
    )
    # A crash of the server empties it, and then the set is read again: no need to write it twice.
    op.create_table(
        "staged_entries",
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("part", sa.SmallInteger, nullable=False),
        sa.Column("told", sa.JSON),
        prefixes=["UNLOGGED"],
    )
    op.create_index("staged_entries_entity", "staged_entries", ["entity"])
