"""What identity refuses."""

from __future__ import annotations

from contracts.errors import Refusal


class SignInUnknown(Refusal):
    code = "sign_in_unknown"
    sentence = "This sign-in was not begun in this browser, was used already, or took too long."


class MeansUnavailable(Refusal):
    code = "means_unavailable"
    sentence = "This means of sign-in is momentarily unavailable."


class ProviderRefused(Refusal):
    """``details["reason"]``: what was wrong with the identity provider's answer."""

    code = "provider_refused"
    sentence = "The identity provider did not vouch for this person."


class SessionUnknown(Refusal):
    code = "session_unknown"
    sentence = "There is no such session, or it has ended."


class SpaceAlreadyOpen(Refusal):
    code = "space_already_open"
    sentence = "The citizen space exists already."


class AddressUnchanged(Refusal):
    code = "address_unchanged"
    sentence = "This address is confirmed already."


class LinkInvalid(Refusal):
    code = "link_invalid"
    sentence = "The link is unknown, was replaced by a newer one, or is more than 24 hours old."


class AskedTooOften(Refusal):
    """``details["again_at"]``: instant from which it may be asked again."""

    code = "asked_too_often"
    sentence = "A link was sent a moment ago; look in the mailbox before asking again."


class EducationStaffStays(Refusal):
    code = "education_staff_stays"
    sentence = "Members of the education staff cannot delete their account."


class DeletionAlreadyAsked(Refusal):
    code = "deletion_already_asked"
    sentence = "The deletion of this account was asked for already."


class NoDeletionPending(Refusal):
    code = "no_deletion_pending"
    sentence = "There is no deletion of an account in a state that allows this."


class NoAddress(Refusal):
    code = "no_address"
    sentence = "This person has confirmed no e-mail address."


class OwnDeletion(Refusal):
    code = "own_deletion"
    sentence = "Nobody decides about the deletion of his own account."


class LinkingUnknown(Refusal):
    code = "linking_unknown"
    sentence = "There is no such sign-in waiting for a national number, or it took too long."


class NumberNotHers(Refusal):
    """The same for a number that nobody has and for somebody else's."""

    code = "number_not_hers"
    sentence = "The National Register does not know this person by this national number."


class NumberLinkedAlready(Refusal):
    code = "number_linked_already"
    sentence = "This national number is linked to another European identity; an agent will decide."


class NoConflict(Refusal):
    code = "no_conflict"
    sentence = "There is no conflict about this European identity, or it was decided already."


class OwnConflict(Refusal):
    code = "own_conflict"
    sentence = "Nobody decides about his own national number."
