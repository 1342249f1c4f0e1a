"""What an event means for whom: the kind of message, its recipients, facts and link. One rule for each event."""

from services.notifications.domain.notices import delegation, dossiers, identity
from services.notifications.domain.notices.notice import SECRET, Notice, Recipient, notice_of

# Each names its rules to ``notice_of``.
RULES = (identity, delegation, dossiers)

__all__ = ["RULES", "SECRET", "Notice", "Recipient", "notice_of"]
