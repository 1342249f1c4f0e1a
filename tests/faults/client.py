"""A caller who never gives up: it repeats a command with the same id until it has an answer."""

from __future__ import annotations

import functools
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any
from uuid import UUID

import psycopg

from chassis.rpc import RpcClient
from contracts import wire
from contracts.errors import Refusal
from tests.faults.ledger import Attempt, Command, Ledger
from tests.faults.people import Person
from tests.faults.town import Town

# After these nobody knows whether it was done: ask again. Whether there was a reason is judged at the end.
PASSING = {
    "deadline_passed",
    "unavailable",
    "unknown_service",
    "concurrent_change",
    "statement_expired",
    "internal_error",
}
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds
TIMEOUT = 5.0
LOOKED_EVERY = 0.5
# The share of commands that a hurried caller repeats though the first attempt may still run, that are sent twice at
# once, and that are repeated though they were answered.
HURRIED, TWICE, REPEATED = 0.08, 0.03, 0.05

Statements = Callable[[], dict[str, str]]


class GaveUp(Exception):
    """The run has ended and there is still no answer."""


class Client:
    """One thread's. ``over``: set when nobody waits any more."""

    def __init__(
        self,
        town: Town,
        ledger: Ledger,
        links: dict[str, RpcClient],
        *,
        chance: random.Random,
        over: threading.Event,
        twins: Executor,
    ) -> None:
        self.town = town
        self.ledger = ledger
        self.chance = chance
        self._links = links
        self._over = over
        self._twins = twins
        self._ask_again: Callable[[], tuple[str, Any]]

    def as_person(self, person: Person, method: str, /, *announces: str, service: str, **options: Any) -> Any:
        statements = functools.partial(self.town.signatures.of, person)
        return self._do(service, method, str(person.person_id), statements, announces, **options)

    def as_program(
        self, program: str, scope: str, method: str, /, *announces: str, service: str, **options: Any
    ) -> Any:
        """``program``: the portal, or the registries."""
        statements = self.town.signatures.service(program, scope)
        return self._do(service, method, program, lambda: statements, announces, link=program, **options)

    def with_statements(
        self, person: Person, statements: Statements, method: str, /, *announces: str, service: str, **options: Any
    ) -> Any:
        return self._do(service, method, str(person.person_id), statements, announces, **options)

    def look(
        self,
        person: Person,
        method: str,
        /,
        *,
        service: str,
        until: Callable[[Any], bool],
        **options: Any,
    ) -> None:
        """Asks a question until it is answered as it must be at last."""
        while not until(self.as_person(person, method, service=service, remembered=False, changes=False, **options)):
            self.pause(LOOKED_EVERY)

    def change_behind(self, service: str, statement: str, *values: Any) -> None:
        """In its database, where that is up: what a story cannot wait for."""
        while True:
            try:
                self.town.databases.change(service, statement, *values)
            except psycopg.OperationalError:
                self.pause(LOOKED_EVERY)
            else:
                return

    def ask_again(self) -> Any:
        """The last command once more, with the same id."""
        outcome, answer = self._ask_again()
        if outcome != "answered":
            raise GaveUp(f"a command repeated was refused: {outcome} {answer}")
        return answer

    def wait_for_secret(self, address: str) -> str:
        """Of the link in a mail."""
        while not self._over.is_set():
            secret = self.town.mailbox.wait_for_secret(address, 1.0)
            if secret is not None:
                return secret
        raise GaveUp(f"no mail with a link came to {address}")

    def pause(self, seconds: float) -> None:
        if self._over.wait(seconds):
            raise GaveUp("nothing came of a page, of an upload, of a question or of a database")

    def _do(
        self,
        service: str,
        method: str,
        caller: str,
        statements: Statements,
        announces: tuple[str, ...],
        *,
        link: str = "portal",
        timeout: float = TIMEOUT,
        remembered: bool = True,
        changes: bool = True,
        also_passing: tuple[str, ...] = (),
        refused_as: str | None = None,
        later: tuple[str, ...] = (),
        **arguments: Any,
    ) -> Any:
        """The answer. ``changes``: no question. ``also_passing``: refusals that pass when a read model has caught up.
        ``refused_as``: it must be refused, with this code. ``later``: what a timer announces because of it."""
        command_id = UUID(int=self.chance.getrandbits(128), version=4)
        command = Command(
            command_id=command_id,
            service=service,
            method=method,
            caller=caller,
            arguments=wire.dump(arguments) | ({"command_id": str(command_id)} if changes else {}),
            announces=announces,
            later=later,
            remembered=remembered,
        )
        self.ledger.open(command)
        self._ask_again = functools.partial(
            self._until_answered, command, statements, link, timeout, timeout, also_passing
        )
        twin = None
        if self.chance.random() < TWICE:
            twin = self._twins.submit(self._try, command, statements, link, timeout)
        first_timeout = self.chance.uniform(0.02, 0.3) if self.chance.random() < HURRIED else timeout
        outcome, answer = self._until_answered(command, statements, link, first_timeout, timeout, also_passing)
        if refused_as is not None:
            if outcome != refused_as:
                self.ledger.note_wrong(f"{method} {command_id} should be refused as {refused_as}: {outcome}")
            command.end("refused")
            self._compare(command, twin.result() if twin else None, wanted=outcome)
            return None
        if outcome != "answered":
            command.end("refused")
            self.ledger.note_wrong(f"{method} {command_id} was refused: {outcome} {answer}")
            raise GaveUp(f"{method} was refused: {outcome}")
        command.end("answered", answer)
        self._compare(command, twin.result() if twin else None, also_passing=also_passing)
        if remembered and self.chance.random() < REPEATED:
            self._compare(command, self._try(command, statements, link, timeout))
        return answer

    def _until_answered(
        self,
        command: Command,
        statements: Statements,
        link: str,
        first_timeout: float,
        timeout: float,
        also_passing: tuple[str, ...],
    ) -> tuple[str, Any]:
        pause, timeout_now = FIRST_PAUSE, first_timeout
        while True:
            outcome, answer = self._try(command, statements, link, timeout_now)
            if outcome not in PASSING and outcome not in also_passing:
                return outcome, answer
            if self._over.wait(pause * self.chance.uniform(0.5, 1.5)):
                raise GaveUp(f"{command.method} {command.command_id}")
            pause, timeout_now = min(LONGEST_PAUSE, pause * 2), timeout

    def _try(self, command: Command, statements: Statements, link: str, timeout: float) -> tuple[str, Any]:
        began_at = time.time()
        context = {**statements(), "traceparent": f"00-{command.trace_id}-{command.trace_id[:16]}-01"}
        try:
            answer = self._links[link].call(command.service, command.method, command.arguments, context, timeout)
            outcome = "answered"
        except Refusal as refusal:
            outcome, answer = refusal.code, refusal.details
        command.attempts.append(Attempt(at=began_at, seconds=time.time() - began_at, outcome=outcome))
        self.ledger.count(f"attempt {outcome}")
        return outcome, answer

    def _compare(
        self,
        command: Command,
        again: tuple[str, Any] | None,
        *,
        wanted: str = "answered",
        also_passing: tuple[str, ...] = (),
    ) -> None:
        """What came of it when it was sent once more: the same, or nothing that tells."""
        if again is None or again[0] in PASSING or again[0] in also_passing:
            return
        outcome, answer = again
        name = f"{command.method} {command.command_id}"
        if outcome != wanted:
            self.ledger.note_wrong(f"{name} was {wanted} and, when repeated, {outcome}: {answer}")
        elif outcome == "answered" and command.remembered and answer != command.answer:
            self.ledger.note_wrong(f"{name} was answered differently when repeated")
