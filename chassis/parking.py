"""The operator's view of what was parked, for ``python -m services parked``."""

from chassis.inbox.parked import (
    drop_parked,
    drop_unreadable,
    list_parked,
    list_unreadable,
    replay_parked,
    replay_unreadable,
    show_parked,
)

__all__ = [
    "drop_parked",
    "drop_unreadable",
    "list_parked",
    "list_unreadable",
    "replay_parked",
    "replay_unreadable",
    "show_parked",
]
