"""What dossiers refuses."""

from __future__ import annotations

from contracts.errors import Refusal


class ProcedureUnknown(Refusal):
    code = "procedure_unknown"
    sentence = "There is no such procedure."


class ProcedureClosed(Refusal):
    """``details``: opens_at, closes_at."""

    code = "procedure_closed"
    sentence = "The procedure is not open today."


class WrongAudience(Refusal):
    code = "wrong_audience"
    sentence = "This procedure is not for this kind of space."


class AnswersInvalid(Refusal):
    """``details["fields"]``: {field or attachment heading: [code, …]}."""

    code = "answers_invalid"
    sentence = "The form is not complete or not right."


class NotADraft(Refusal):
    code = "not_a_draft"
    sentence = "The dossier was submitted already."


class NotValidated(Refusal):
    code = "not_validated"
    sentence = "Validate the form first; what was changed since must be validated again."


class LateFilingNotConfirmed(Refusal):
    """``details["late_since"]``: the instant at which the term ended."""

    code = "late_filing_not_confirmed"
    sentence = "The term has passed; the person must confirm that he files late."


class FileRefused(Refusal):
    """``details["reason"]``: too_large, wrong_type, infected, empty, wrong_length, wrong_digest, too_many."""

    code = "file_refused"
    sentence = "The file cannot be taken."


class TicketInvalid(Refusal):
    code = "ticket_invalid"
    sentence = "The ticket is unknown, was used already or has expired."


class ComplementNotOpen(Refusal):
    code = "complement_not_open"
    sentence = "There is no open complement request by that name."


class AlreadyClaimed(Refusal):
    code = "already_claimed"
    sentence = "Another agent treats this dossier."


class WrongState(Refusal):
    """``details["state"]``: the state the dossier is in."""

    code = "wrong_state"
    sentence = "The dossier is not in a state that allows this."


class LookedAfterByAnother(Refusal):
    """``details["dossier_id"]``"""

    code = "looked_after_by_another"
    sentence = "Somebody else looks after the dossier by now."


class MayNotTakeOver(Refusal):
    """``details["dossier_id"]``: the one that no mandate in force lets him read and draft."""

    code = "may_not_take_over"
    sentence = "The person holds no mandate that lets him look after the dossier."
