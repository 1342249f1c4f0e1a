"""Changes that people ask for; each is one transaction, but for a sign-in, which waits for others in between."""

from services.identity.commands.citizen_space import confirm_email, create_citizen_space, resend_confirmation
from services.identity.commands.clean_up import forget_what_is_over
from services.identity.commands.people import refer_to
from services.identity.commands.preferences import acknowledge_notice, choose_language
from services.identity.commands.sessions import present_session, sign_out
from services.identity.commands.sign_in import BroughtBack, begin_sign_in, complete_sign_in

__all__ = [
    "BroughtBack",
    "acknowledge_notice",
    "begin_sign_in",
    "choose_language",
    "complete_sign_in",
    "confirm_email",
    "create_citizen_space",
    "forget_what_is_over",
    "present_session",
    "refer_to",
    "resend_confirmation",
    "sign_out",
]
