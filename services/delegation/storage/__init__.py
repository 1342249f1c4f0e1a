"""Where delegation keeps what it holds: tables, their mapping to the domain, and the work's collections."""

from services.delegation.storage import mapping
from services.delegation.storage.work import DelegationWork

mapping.start()

__all__ = ["DelegationWork"]
