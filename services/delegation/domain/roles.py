"""Roles are rows: each is a set of permissions."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.delegation import Permission, RoleName

MANAGE: Permission = "mandate.manage"
READ: Permission = "dossier.read"


@dataclass(eq=False)
class Role:
    """``position``: where it stands in lists, the widest first."""

    name: RoleName
    position: int
    permissions: list[Permission]

    def gives(self, permission: str) -> bool:
        return permission in self.permissions

    def beyond(self, other: Role) -> list[Permission]:
        """The permissions of this role that the other does not have."""
        return [permission for permission in self.permissions if permission not in other.permissions]
