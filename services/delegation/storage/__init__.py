"""Where delegation keeps what it holds: tables, their mapping to the domain, and the work's collections."""

# In this order: the collections make statements of what is mapped.
from services.delegation.storage import mapping
from services.delegation.storage.work import DelegationWork

__all__ = ["DelegationWork", "mapping"]
