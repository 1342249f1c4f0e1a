"""Refusals that cross a door: each names the broken rule and has a stable ``code``.

A refusal raised inside a service arrives at the caller as the same class (or, for a code that the
caller's version does not know, as ``Refusal`` itself with that code). ``details`` is plain JSON.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """An answer that says no. ``code`` is stable and translated by the portal; the text is for developers."""

    code: ClassVar[str] = "refused"
    sentence: ClassVar[str] = "The request was refused."
    by_code: ClassVar[dict[str, type[Refusal]]] = {}

    def __init_subclass__(cls) -> None:
        if cls.code in Refusal.by_code:
            raise TypeError(f"two refusals with the code {cls.code}")
        Refusal.by_code[cls.code] = cls

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code, details)
        self.details = details

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code}: {self.sentence}{f' ({told})' if told else ''}"

    @staticmethod
    def from_code(code: str, details: dict[str, Any]) -> Refusal:
        known = Refusal.by_code.get(code)
        if known is not None:
            return known(**details)
        refusal = Refusal(**details)
        refusal.code = code  # type: ignore[misc]  # a code of a newer version than ours
        return refusal


class InvalidRequest(Refusal):
    """``details["fields"]``: {field: [sentence, …]}; a nested field is written ``a.b``."""

    code = "invalid_request"
    sentence = "Some fields are wrong."


class NotFound(Refusal):
    code = "not_found"
    sentence = "There is nothing here for you by that name."


class PermissionMissing(Refusal):
    """``details``: permission, and what is missing in words."""

    code = "permission_missing"
    sentence = "You hold no mandate that allows this."


class LevelTooLow(Refusal):
    """``details``: required, held (FAS assurance levels)."""

    code = "level_too_low"
    sentence = "Sign in again with a stronger means."


class StatementMissing(Refusal):
    code = "statement_missing"
    sentence = "Nobody vouches for this call."


class StatementInvalid(Refusal):
    code = "statement_invalid"
    sentence = "The statement is malformed or its signature is wrong."


class StatementExpired(Refusal):
    code = "statement_expired"
    sentence = "The statement has expired; take a fresh one and repeat with the same command_id."


class StatementForeign(Refusal):
    code = "statement_foreign"
    sentence = "The statement was made for another audience, or by somebody who may not make it."


class SessionIsRevoked(Refusal):
    code = "session_revoked"
    sentence = "This session was ended."


class ScopeMissing(Refusal):
    code = "scope_missing"
    sentence = "The service statement does not hold the scope."


class TooManyAttempts(Refusal):
    """``details["again_at"]``: instant from which it may be tried again."""

    code = "too_many_attempts"
    sentence = "This was tried too often; try again later."


class CommandIdReused(Refusal):
    code = "command_id_reused"
    sentence = "This command_id was used with another payload."


class ConcurrentChange(Refusal):
    code = "concurrent_change"
    sentence = "Somebody changed this at the same moment; look again and repeat."


class UnknownService(Refusal):
    code = "unknown_service"
    sentence = "No service of that name has ever declared its queue."


class UnknownMethod(Refusal):
    code = "unknown_method"
    sentence = "The service has no such method."


class DeadlinePassed(Refusal):
    code = "deadline_passed"
    sentence = "No answer came within the time the caller gave."


class Unavailable(Refusal):
    """A neighbour of ours (database, broker, CSAM, scanner …) cannot be reached; a retry may help."""

    code = "unavailable"
    sentence = "A part of the system is away for a moment."


class InternalError(Refusal):
    """``details["incident"]``: the correlation id under which the operator finds the error."""

    code = "internal_error"
    sentence = "Something went wrong on our side."
