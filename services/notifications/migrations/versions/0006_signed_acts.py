"""Acts of the audit trail are signed by the service."""

from chassis.migrate import sign_acts

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    sign_acts()
