"""May somebody act: the answers of ``check``, and the signed decision for an act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.clock import end_of
from chassis.statements import Decision, Signer
from contracts.delegation import CheckResult
from contracts.errors import PermissionMissing
from contracts.identifiers import BceNumber
from services.delegation import views
from services.delegation.domain.checks import Finding, Held, Question, find_permission, why_uncarried
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
    if not any(_is_by_chain(held, now) for found in standings.values() for held in found.mandates):
        return _answers(work, questions, standings, now)
    with work:
        # Chains are read one by one.
        work.see_one_instant()
        return _answers(work, questions, work.standings.among(questions), now)


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


def _answers(
    work: DelegationWork, questions: Sequence[Question], standings: Mapping[Question, Found], now: datetime
) -> list[CheckResult]:
    return [views.check_result(_finding(work, question, standings[question], now)) for question in questions]


def _find_permission(work: DelegationWork, question: Question, now: datetime) -> Finding:
    return _finding(work, question, work.standings.of(question), now)


def _finding(work: DelegationWork, question: Question, standing: Found, now: datetime) -> Finding:
    finding = find_permission(
        question.permission,
        [_carried(work, question.person_id, held, now) for held in standing.mandates],
        scope=question.scope,
        has_establishment=standing.has_establishment,
        now=now,
    )
    CHECKS.labels(decision="yes" if finding.mandate else "no").inc()
    return finding


def _is_by_chain(held: Held, now: datetime) -> bool:
    return held.enterprise_mandate_id is not None and held.is_in_force(now)


def _carried(work: DelegationWork, person_id: UUID, held: Held, now: datetime) -> Held:
    """One by an office until the office's or the holder's own there ends; where one of them has, it is about to end."""
    if not _is_by_chain(held, now):
        return held
    with work:
        assert held.enterprise_mandate_id is not None
        chain = work.enterprise_mandates.get(held.enterprise_mandate_id)
        in_office = work.mandates.of_person_in(bce_number=chain.office.bce_number, person_id=person_id)
        last_day = chain.carries_until(in_office, now=now)
        if last_day is None:
            return replace(held, uncarried=why_uncarried(chain, now))
        return replace(held, valid_until=min(held.valid_until, last_day))
