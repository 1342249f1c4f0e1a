"""Who asks is found in an index alone: all that the rules look at of a mandate stands beside its person."""

from alembic import op

revision = "0006"
down_revision = "0005"

LOOKED_AT = [
    "mandate_id",
    "bce_number",
    "permissions",
    "procedure_categories",
    "valid_from",
    "valid_until",
    "revoked_at",
    "is_for_one_establishment",
    "suspended_at",
]


def upgrade() -> None:
    op.drop_index("mandates_of_person", "mandates")
    op.create_index("mandates_of_person", "mandates", ["person_id"], postgresql_include=LOOKED_AT)
