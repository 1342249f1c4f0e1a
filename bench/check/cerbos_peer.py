"""Cerbos with its look-up: the mandates are read from PostgreSQL by psycopg, as it holds none, and sent along.

One connection to each for each caller; Python's own HTTP client, as the leanest there is. Imports nothing of ours.
"""

from __future__ import annotations

import http.client
import json
import threading
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from bench import load
from bench.check import by_hand, town
from bench.verbs import choose

HEADERS = {"Content-Type": "application/json"}


class Asker:
    """For one thread."""

    def __init__(self, url: str, database_url: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(url).netloc)
        self._database = by_hand.connect(database_url)

    def check(self, question: town.Question, today: date) -> bool:
        rows = by_hand.look_up(self._database, question)
        self._http.request("POST", "/api/check/resources", json.dumps(request(rows, question, today)), HEADERS)
        answer = json.loads(self._http.getresponse().read())
        return bool(answer["results"][0]["actions"][question["permission"]] == "EFFECT_ALLOW")


def request(rows: list[Any], question: town.Question, today: date) -> dict[str, Any]:
    principal = {
        "id": question["person_id"],
        "roles": ["person"],
        "attr": {"mandates": [_mandate(row) for row in rows]},
    }
    resource = {
        "kind": "enterprise",
        "id": question["bce_number"],
        "attr": {
            "today": today.isoformat(),
            "procedure": question["procedure"] or "",
            "establishment": question["establishment"] or "",
            "active": not any(row.struck_off for row in rows),
            "there": all(row.there for row in rows),
        },
    }
    return {"principal": principal, "resources": [{"actions": [question["permission"]], "resource": resource}]}


def _mandate(row: Any) -> dict[str, Any]:
    return {
        "role": row.role_name,
        "from": row.valid_from.isoformat(),
        "until": row.valid_until.isoformat(),
        "revoked": row.revoked_at is not None,
        "suspended": row.suspended_at is not None,
        "establishment": row.establishment_number or "",
        "categories": row.categories,
    }


def call(url: str, database_url: str, questions: str, seconds: float, count: int) -> dict[str, Any]:
    askers, asked, today = threading.local(), town.in_turn(questions), by_hand.today()

    def check(question: town.Question) -> bool:
        if not hasattr(askers, "mine"):
            askers.mine = Asker(url, database_url)
        mine: Asker = askers.mine
        return mine.check(question, today)

    answers = "".join("y" if check(question) else "n" for question in town.load(questions))
    told = load.both(lambda: check(next(asked)), seconds=seconds, count=count)
    return told | {"answers": answers}


if __name__ == "__main__":
    choose(call=call)
