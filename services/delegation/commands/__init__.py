"""Changes that people and registries ask for; each is one transaction."""

from services.delegation.commands.enterprise_mandates import (
    assign_person,
    end_broken_chains,
    end_enterprise_mandate,
    follow_offices,
    mandate_enterprise,
    renew_enterprise_mandate,
)
from services.delegation.commands.enterprise_rests import (
    confirm_enterprise_mandate,
    resume_enterprise_mandate,
    suspend_enterprise_mandate,
)
from services.delegation.commands.invitations import (
    accept_invitation,
    decline_invitation,
    forget_addresses,
    invite_person,
    resend_invitation,
    withdraw_invitation,
)
from services.delegation.commands.lost_establishments import tell_of_lost_establishments
from services.delegation.commands.mandates import (
    confirm_mandates,
    narrow_mandate,
    renew_mandate,
    resume_mandate,
    revoke_mandate,
    revoke_mandates_of,
    suspend_mandate,
    tell_expiring,
)
from services.delegation.commands.recertification import recertify_mandates
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
    "assign_person",
    "confirm_enterprise_mandate",
    "confirm_mandates",
    "decline_invitation",
    "designate_access_manager",
    "end_broken_chains",
    "end_enterprise_mandate",
    "expire_role_requests",
    "follow_offices",
    "forget_addresses",
    "invite_person",
    "mandate_enterprise",
    "narrow_mandate",
    "notice_orphaned",
    "recertify_mandates",
    "refuse_role_request",
    "register_enterprise",
    "renew_enterprise_mandate",
    "renew_mandate",
    "request_role",
    "resend_invitation",
    "resend_role_request",
    "resume_enterprise_mandate",
    "resume_mandate",
    "revoke_mandate",
    "revoke_mandates_of",
    "suspend_enterprise_mandate",
    "suspend_mandate",
    "tell_expiring",
    "tell_if_orphaned",
    "tell_of_lost_establishments",
    "withdraw_access_manager",
    "withdraw_invitation",
    "withdraw_role_request",
]
