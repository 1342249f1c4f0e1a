"""May somebody act: the answers of ``check``, and the signed decision for an act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.clock import end_of
from chassis.statements import Decision, Signer
from contracts.delegation import CheckResult
from contracts.errors import PermissionMissing
from contracts.identifiers import BceNumber
from services.delegation import views
from services.delegation.domain.checks import Finding, Held, Question, find_permission
from services.delegation.metrics import CHECKS
from services.delegation.storage import DelegationWork
from services.delegation.storage.standings import Found

DECISION_LASTS = timedelta(seconds=30)


def check(
    work: DelegationWork,
    *,
    person_id: UUID,
    bce_number: BceNumber,
    permission: str,
    procedure: str | None = None,
    establishment: str | None = None,
    now: datetime,
) -> CheckResult:
    question = Question.of(
        person_id=person_id,
        bce_number=bce_number,
        permission=permission,
        procedure=procedure,
        establishment=establishment,
    )
    return views.check_result(_find_permission(work, question, now))


def check_many(work: DelegationWork, *, questions: Sequence[Question], now: datetime) -> list[CheckResult]:
    """In the order of the questions, all as things stood at one instant."""
    standings = work.standings.among(questions)
    return [views.check_result(_finding(work, question, standings[question], now)) for question in questions]


def issue_decision(
    work: DelegationWork,
    *,
    person_id: UUID,
    bce_number: BceNumber,
    permission: str,
    procedure: str | None,
    establishment: str | None = None,
    signer: Signer,
    now: datetime,
) -> str:
    """Signed, for 30 seconds at most, and not beyond the mandate's last day."""
    question = Question.of(
        person_id=person_id,
        bce_number=bce_number,
        permission=permission,
        procedure=procedure,
        establishment=establishment,
    )
    finding = _find_permission(work, question, now)
    if finding.mandate is None:
        raise PermissionMissing(permission=permission, missing=finding.missing)
    decision = Decision(
        person_id=person_id,
        bce_number=bce_number,
        permission=permission,
        procedure=procedure,
        establishment=establishment,
        mandate_id=finding.mandate.mandate_id,
    )
    left = end_of(finding.mandate.valid_until) + timedelta(seconds=1) - now
    return signer.sign("decision", decision, now=now, lasts=min(DECISION_LASTS, left))


def _find_permission(work: DelegationWork, question: Question, now: datetime) -> Finding:
    return _finding(work, question, work.standings.of(question), now)


def _finding(work: DelegationWork, question: Question, standing: Found, now: datetime) -> Finding:
    finding = find_permission(
        question.permission,
        list(_carried(work, question.person_id, standing.mandates, now)),
        scope=question.scope,
        has_establishment=standing.has_establishment,
        now=now,
    )
    CHECKS.labels(decision="yes" if finding.mandate else "no").inc()
    return finding


def _carried(work: DelegationWork, person_id: UUID, mandates: Sequence[Held], now: datetime) -> Iterator[Held]:
    """Without those in force by an office that acts no more, or of which the holder is not: they are about to end. The
    others until the office's or his own there ends."""
    for held in mandates:
        if held.enterprise_mandate_id is None or not held.is_in_force(now):
            yield held
        elif last_day := _carried_until(work, held.enterprise_mandate_id, person_id, now):
            yield replace(held, valid_until=min(held.valid_until, last_day))


def _carried_until(work: DelegationWork, enterprise_mandate_id: UUID, person_id: UUID, now: datetime) -> date | None:
    with work:
        chain = work.enterprise_mandates.get(enterprise_mandate_id)
        in_office = work.mandates.of_person_in(bce_number=chain.office.bce_number, person_id=person_id)
        return chain.carries_until(in_office, now=now)
