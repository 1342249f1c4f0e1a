"""Enterprises, as the Crossroads Bank's adaptor told us of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from contracts.delegation import EnterpriseOrphaned, EnterpriseUnknown, Permission
from contracts.identifiers import BceNumber

# A struck-off enterprise can no longer act, but what it did stays readable, and mandates of it can still be ended.
_LEFT_AFTER_STRIKE_OFF: tuple[Permission, ...] = ("dossier.read", "mandate.manage")


@dataclass(eq=False)
class Enterprise:
    bce_number: BceNumber
    name: str
    state: Literal["active", "struck_off"]
    registered_at: datetime
    version: int = 1

    def register(self, *, name: str, state: Literal["active", "struck_off"], now: datetime) -> bool:
        """Take what the register says now; False when it says nothing new."""
        if (self.name, self.state) == (name, state):
            return False
        self.name, self.state, self.registered_at = name, state, now
        self.version += 1
        return True

    def lose_last_access_manager(self, *, holder_ids: list[UUID], now: datetime) -> EnterpriseOrphaned:
        """``holder_ids``: who still has a mandate in force."""
        self.version += 1
        return EnterpriseOrphaned(
            version=self.version,
            occurred_at=now,
            bce_number=self.bce_number,
            enterprise_name=self.name,
            holder_ids=holder_ids,
        )

    def require_active(self) -> None:
        if self.state != "active":
            raise EnterpriseUnknown(bce_number=self.bce_number)

    def allows(self, permission: str) -> bool:
        return self.state == "active" or permission in _LEFT_AFTER_STRIKE_OFF
