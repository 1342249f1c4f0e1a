"""Acts of the audit trail are signed by the service."""

from chassis.migrate import sign_acts

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    sign_acts()
