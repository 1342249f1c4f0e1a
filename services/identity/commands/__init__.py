"""Changes that people ask for; each is one transaction, but for a sign-in, which waits for others in between."""

from services.identity.commands.account_deletion import (
    cancel_account_deletion,
    carry_out_deletions,
    decide_account_deletion,
    request_account_deletion,
    set_education_staff,
    write_about_deletion,
)
from services.identity.commands.citizen_space import (
    confirm_email,
    create_citizen_space,
    give_email,
    resend_confirmation,
)
from services.identity.commands.clean_up import forget_what_is_over
from services.identity.commands.european import Given, decide_european_conflict, link_european_identity
from services.identity.commands.people import refer_to, refresh_from_register, reseal_numbers, set_means_availability
from services.identity.commands.preferences import acknowledge_notice, choose_language
from services.identity.commands.sessions import end_session, present_session, sign_out, sign_out_everywhere
from services.identity.commands.sign_in import BroughtBack, begin_sign_in, complete_sign_in

__all__ = [
    "BroughtBack",
    "Given",
    "acknowledge_notice",
    "begin_sign_in",
    "cancel_account_deletion",
    "carry_out_deletions",
    "choose_language",
    "complete_sign_in",
    "confirm_email",
    "create_citizen_space",
    "decide_account_deletion",
    "decide_european_conflict",
    "end_session",
    "forget_what_is_over",
    "give_email",
    "link_european_identity",
    "present_session",
    "refer_to",
    "refresh_from_register",
    "request_account_deletion",
    "reseal_numbers",
    "resend_confirmation",
    "set_education_staff",
    "set_means_availability",
    "sign_out",
    "sign_out_everywhere",
    "write_about_deletion",
]
