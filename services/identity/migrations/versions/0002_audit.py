"""The audit trail, and how often things were tried."""

from chassis.migrate import create_audit_tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_audit_tables()
