"""Acts of the audit trail are signed by the service."""

from chassis.migrate import sign_acts

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    sign_acts()
