"""A reason is words, not an empty line, nor one that looks empty; and our own words where nobody gave one."""

from __future__ import annotations

from contracts.errors import InvalidRequest
from contracts.texts import can_be_seen

# Why a mandate ended.
ACCOUNT_DELETED, DESIGNATION_WITHDRAWN = "account deleted", "designation withdrawn"
CHAIN_BROKEN, OFFICE_LOST = "the office acts no more", "the holder has lost the office"
OUR_OWN = (ACCOUNT_DELETED, DESIGNATION_WITHDRAWN, CHAIN_BROKEN, OFFICE_LOST)
# Why it was suspended.
UNCONFIRMED = "nobody confirmed it"
CHAIN_RESTS, OFFICE_RESTS = "the office's mandate rests", "the holder's role in the office rests"
OUR_OWN_RESTS = (UNCONFIRMED, CHAIN_RESTS, OFFICE_RESTS)

# Where a legal representative designates an access manager.
HELP_URL = "https://www.csam.be/fr/gestion-gestionnaires-acces.html"


def require_reason(text: str) -> str:
    if not can_be_seen(text):
        raise InvalidRequest(fields={"reason": ["a reason is required"]})
    return text.strip()
