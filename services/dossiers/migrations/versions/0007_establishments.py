"""A dossier may be one establishment's, and mandates say which one they are for.

Of the mandates for one establishment it was not kept which: they are dropped, and come back when delegation tells all
its states again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

LOOKED_AT = [
    "mandate_id",
    "bce_number",
    "permissions",
    "procedure_categories",
    "valid_from",
    "valid_until",
    "revoked_at",
    "suspended_at",
]


def upgrade() -> None:
    op.add_column("dossiers", sa.Column("establishment_number", sa.Text))
    op.create_check_constraint(
        "an_establishment_of_an_enterprise", "dossiers", "establishment_number IS NULL OR bce_number IS NOT NULL"
    )
    op.execute("DELETE FROM mandates WHERE is_for_one_establishment")
    op.drop_index("mandates_of_person", "mandates")
    op.drop_column("mandates", "is_for_one_establishment")
    op.add_column("mandates", sa.Column("establishment_number", sa.Text))
    op.create_index(
        "mandates_of_person", "mandates", ["person_id"], postgresql_include=[*LOOKED_AT, "establishment_number"]
    )
