"""A check reads indexes alone: all that decides stands beside the keys."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

DECIDES = [
    "mandate_id",
    "role_name",
    "valid_from",
    "valid_until",
    "granted_at",
    "revoked_at",
    "suspended_at",
    "establishment_number",
    "categories",
    "enterprise_mandate_id",
]


def upgrade() -> None:
    op.drop_index("mandates_of_person", "mandates")
    op.create_index("mandates_of_person", "mandates", ["person_id", "bce_number"], postgresql_include=DECIDES)
    op.create_index(
        "enterprises_struck_off", "enterprises", ["bce_number"], postgresql_where=sa.text("state = 'struck_off'")
    )
    op.drop_index("establishments_of_enterprise", "establishments")
    op.create_index(
        "establishments_of_enterprise",
        "establishments",
        ["bce_number", "establishment_number"],
        postgresql_include=["state"],
    )
