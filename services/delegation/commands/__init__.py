"""Changes that people and registries ask for; each is one transaction."""

from services.delegation.commands.invitations import (
    accept_invitation,
    decline_invitation,
    forget_addresses,
    invite_person,
    resend_invitation,
    withdraw_invitation,
)
from services.delegation.commands.mandates import revoke_mandate
from services.delegation.commands.registers import (
    designate_access_manager,
    notice_orphaned,
    register_enterprise,
    tell_if_orphaned,
    withdraw_access_manager,
)
from services.delegation.commands.role_requests import (
    accept_role_request,
    expire_role_requests,
    refuse_role_request,
    request_role,
    resend_role_request,
    withdraw_role_request,
)

__all__ = [
    "accept_invitation",
    "accept_role_request",
    "decline_invitation",
    "designate_access_manager",
    "expire_role_requests",
    "forget_addresses",
    "invite_person",
    "notice_orphaned",
    "refuse_role_request",
    "register_enterprise",
    "request_role",
    "resend_invitation",
    "resend_role_request",
    "revoke_mandate",
    "tell_if_orphaned",
    "withdraw_access_manager",
    "withdraw_invitation",
    "withdraw_role_request",
]
