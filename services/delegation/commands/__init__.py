"""Changes that people and registries ask for; each is one transaction."""

from services.delegation.commands.invitations import accept_invitation, forget_addresses, invite_person
from services.delegation.commands.mandates import revoke_mandate
from services.delegation.commands.registers import designate_access_manager, register_enterprise
from services.delegation.commands.role_requests import accept_role_request, refuse_role_request, request_role

__all__ = [
    "accept_invitation",
    "accept_role_request",
    "designate_access_manager",
    "forget_addresses",
    "invite_person",
    "refuse_role_request",
    "register_enterprise",
    "request_role",
    "revoke_mandate",
]
