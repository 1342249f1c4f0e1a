"""Why delegation says no."""

from __future__ import annotations

from contracts.errors import Refusal


class EnterpriseUnknown(Refusal):
    code = "enterprise_unknown"
    sentence = "The Crossroads Bank knows no active enterprise by this number."


class NoAccessManager(Refusal):
    """``details["help_url"]``: where a legal representative designates one."""

    code = "no_access_manager"
    sentence = "No access manager is designated; a legal representative must do so through CSAM."


class AlreadyRequested(Refusal):
    code = "already_requested"
    sentence = "You have an open request for this role in this enterprise."


class AlreadyInvited(Refusal):
    """Of a person who was invited by his number. Two links to one address are not told apart: of an address nothing is
    kept that could be compared."""

    code = "already_invited"
    sentence = "This person has an open invitation to this role in this enterprise; it can be sent again."


class AlreadyHeld(Refusal):
    code = "already_held"
    sentence = "You hold this role in this enterprise already."


class AlreadyDecided(Refusal):
    code = "already_decided"
    sentence = "This request was decided already."


class OwnRequest(Refusal):
    code = "own_request"
    sentence = "Nobody decides his own request."


class NotOfTheOffice(Refusal):
    code = "not_of_the_office"
    sentence = "An office assigns its own people: this person has no mandate in force there."


class ClientRefuses(Refusal):
    """The client took this role, or a part of it, from this person."""

    code = "client_refuses"
    sentence = "The client took this role from this person, and may invite her itself."


class OwnMandate(Refusal):
    code = "own_mandate"
    sentence = "Nobody renews, confirms, suspends or resumes his own mandate."


class MandateEnded(Refusal):
    """``details["state"]``: expired or revoked; or suspended, of an office's by which nobody is assigned meanwhile."""

    code = "mandate_ended"
    sentence = "The mandate has ended; a new one can be given."


class InvitationInvalid(Refusal):
    code = "invitation_invalid"
    sentence = "The invitation is unknown, was used already, has expired, or is for somebody else."


class InvitationForAnother(Refusal):
    """It went to an address that he who holds the link has not confirmed: perhaps it was forwarded to him."""

    code = "invitation_for_another"
    sentence = "The invitation was sent to an address that is none of yours; confirm that address first."


class ResentTooOften(Refusal):
    """Once a day, three times in all. ``details["again_at"]``: when it may be sent again, None: never."""

    code = "resent_too_often"
    sentence = "It was sent again already; that is done once a day, and three times at most."


class TermTooLong(Refusal):
    code = "term_too_long"
    sentence = "A mandate lasts five years at most."


class LastAccessManager(Refusal):
    code = "last_access_manager"
    sentence = "The last access manager of an enterprise cannot be removed."
