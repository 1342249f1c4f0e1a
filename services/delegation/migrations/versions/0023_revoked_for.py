"""For whom a mandate was ended; until now that followed from what its ender managed at that moment. And a column that
0013 lacked at first."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("ALTER TABLE enterprise_mandates ADD COLUMN IF NOT EXISTS renewed_at timestamptz")
    for table in ("mandates", "enterprise_mandates"):
        op.add_column(table, sa.Column("revoked_for", sa.Text))
    op.execute(
        "CREATE TEMPORARY VIEW managing AS"
        " SELECT person_id, bce_number, granted_at, least(revoked_at, valid_until + interval '1 day') AS until"
        " FROM mandates JOIN roles ON name = role_name WHERE 'mandate.manage' = ANY (permissions)"
    )
    op.execute(
        "UPDATE mandates AS m SET revoked_for = CASE WHEN revoked_by = person_id THEN 'holder'"
        " WHEN EXISTS (SELECT FROM managing AS o WHERE o.person_id = m.revoked_by AND o.bce_number = m.via_bce_number"
        " AND m.revoked_at BETWEEN o.granted_at AND o.until)"
        " AND NOT EXISTS (SELECT FROM managing AS c WHERE c.person_id = m.revoked_by AND c.bce_number = m.bce_number"
        " AND m.revoked_at BETWEEN c.granted_at AND c.until)"
        " THEN 'office' ELSE 'enterprise' END WHERE revoked_by IS NOT NULL"
    )
    op.execute(
        "UPDATE enterprise_mandates AS m SET revoked_for = CASE"
        " WHEN EXISTS (SELECT FROM managing AS c WHERE c.person_id = m.revoked_by AND c.bce_number = m.bce_number"
        " AND m.revoked_at BETWEEN c.granted_at AND c.until)"
        " THEN 'enterprise' ELSE 'office' END WHERE revoked_by IS NOT NULL"
    )
    op.execute("DROP VIEW managing")
