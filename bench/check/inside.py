"""Ours in process: delegation's own query, and the rule of dossiers over its read model; and the plans of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from bench import load
from bench.check import town
from bench.verbs import choose
from chassis.clock import process_clock
from chassis.database import Work
from chassis.direct import Direct
from chassis.runtime import Runtime
from chassis.settings import DatabaseSettings
from chassis.statements import Verifier
from contracts.identifiers import BceNumber
from services.delegation import decisions
from services.delegation.domain.checks import Question
from services.delegation.domain.terms import legal_day
from services.delegation.storage import DelegationWork
from services.delegation.storage.standings import OF_ONE, asked_by
from services.dossiers.storage import DossiersWork
from services.dossiers.storage.collections import HELD
from tests.support.plans import plan_of

PLANS = 50


@dataclass(frozen=True, kw_only=True)
class BareSettings(DatabaseSettings):
    """Of the database alone."""

    service: ClassVar[str] = "bench"


def delegation(questions: str, seconds: float) -> dict[str, Any]:
    return _timed(_delegation(_runtime("delegation", DelegationWork)), questions, seconds)


def dossiers(questions: str, seconds: float) -> dict[str, Any]:
    return _timed(_dossiers(_runtime("dossiers", DossiersWork)), questions, seconds)


def plan(service: str, questions: str) -> dict[str, Any]:
    """How the indexes are read, with the most pages of any of the questions."""
    engine = _runtime(service, DelegationWork).engine
    plans = [plan_of(engine, *_reading(service, question)) for question in town.load(questions)[:PLANS]]
    return {
        "scans": {where: how for plan in plans for where, how in plan.scans.items()},
        "pages": max(plan.pages for plan in plans),
        "heap_fetches": sum(plan.heap_fetches for plan in plans),
    }


def _reading(service: str, question: town.Question) -> tuple[Direct, dict[str, Any]]:
    if service == "dossiers":
        return HELD, {"person_id": UUID(question["person_id"])}
    asked = {name: question[name] for name in ("bce_number", "permission", "procedure", "establishment")}
    return OF_ONE, asked_by(Question.of(person_id=UUID(question["person_id"]), **asked))


def _delegation(runtime: Runtime) -> Callable[[town.Question], bool]:
    def check(question: town.Question) -> bool:
        return decisions.check(
            DelegationWork(runtime),
            person_id=UUID(question["person_id"]),
            bce_number=BceNumber(question["bce_number"]),
            permission=question["permission"],
            procedure=question["procedure"],
            establishment=question["establishment"],
            now=runtime.now(),
        ).decision

    return check


def _dossiers(runtime: Runtime) -> Callable[[town.Question], bool]:
    def check(question: town.Question) -> bool:
        mandates = DossiersWork(runtime).mandates
        person_id, today = UUID(question["person_id"]), legal_day(runtime.now())
        asker = mandates.asker(person_id, level=400, is_agent=False, today=today)
        return (
            asker.mandate_for(
                question["permission"],
                BceNumber(question["bce_number"]),
                category=question["procedure"],
                establishment_number=question["establishment"],
            )
            is not None
        )

    return check


def _timed(check: Callable[[town.Question], bool], questions: str, seconds: float) -> dict[str, Any]:
    answers = "".join("y" if check(question) else "n" for question in town.load(questions))
    asked = town.in_turn(questions)
    return {"one": load.one_at_a_time(lambda: check(next(asked)), seconds), "answers": answers}


def _runtime(service: str, work_class: type[Work]) -> Runtime:
    settings = BareSettings.load()
    verifier = Verifier(settings.statement_keys_file)
    return Runtime(name=service, settings=settings, clock=process_clock(None), verifier=verifier, work_class=work_class)


if __name__ == "__main__":
    choose(delegation=delegation, dossiers=dossiers, plan=plan)
