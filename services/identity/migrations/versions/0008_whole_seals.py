"""Acts of the audit trail have their place and their digest together."""

from chassis.migrate import require_whole_seals

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    require_whole_seals()
