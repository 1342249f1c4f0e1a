"""Acts of the audit trail are signed by the service."""

from chassis.migrate import sign_acts

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    sign_acts()
