"""pycasbin in process: the mandates loaded once, one policy each; the rule is a matcher. Imports nothing of ours."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import casbin

from bench import load
from bench.check import by_hand, town
from bench.verbs import choose

MODEL = str(Path(__file__).with_name("casbin.conf"))
# Of the request and of the policy: who, and for whom.
KEYS = [0, 1]


def check(database_url: str, questions: str, seconds: float, by_key: bool) -> dict[str, Any]:
    """``by_key``: pycasbin's own FastEnforcer, which keeps policies by person and enterprise."""
    enforcer = casbin.FastEnforcer(MODEL, cache_key_order=KEYS) if by_key else casbin.Enforcer(MODEL)
    enforcer.add_function("among", lambda word, words: word in words.split())
    with by_hand.connect(database_url) as database:
        enforcer.add_policies([_policy(row) for row in by_hand.load_all(database)])
    today, asked = by_hand.today(), town.in_turn(questions)

    def ask(question: town.Question) -> bool:
        return bool(enforcer.enforce(*_request(question, today)))

    # By walking through all policies one question takes as long as a thousand of ours.
    answered = town.load(questions)[: None if by_key else 20]
    answers = "".join("y" if ask(question) else "n" for question in answered)
    return {"one": load.one_at_a_time(lambda: ask(next(asked)), seconds), "answers": answers}


def _policy(row: Any) -> list[str]:
    return [
        row.person_id,
        row.bce_number,
        " ".join(by_hand.given_by(row)),
        row.valid_from.isoformat(),
        row.valid_until.isoformat(),
        row.establishment_number or "",
        " ".join(row.categories),
    ]


def _request(question: town.Question, today: date) -> list[str]:
    return [
        question["person_id"],
        question["bce_number"],
        question["permission"],
        question["procedure"] or "",
        question["establishment"] or "",
        today.isoformat(),
    ]


if __name__ == "__main__":
    choose(check=check)
