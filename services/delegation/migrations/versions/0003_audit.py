"""The audit trail, and how often things were tried."""

from chassis.migrate import create_audit_tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_audit_tables()
