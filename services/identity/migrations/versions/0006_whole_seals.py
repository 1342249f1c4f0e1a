"""Acts of the audit trail have their place and their digest together."""

from chassis.migrate import require_whole_seals

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    require_whole_seals()
