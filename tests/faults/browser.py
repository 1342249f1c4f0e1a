"""A browser before the portal's pages. It sends a form again, to whichever portal answers, until it was taken."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import requests
from flask import Flask
from requests.adapters import HTTPAdapter

from chassis.clock import Clock
from tests.faults.client import Client, GaveUp
from tests.faults.ledger import Attempt, Command
from tests.faults.people import Person

HIDDEN = re.compile(r'type="hidden" name="(csrf_token|command_id)" value="([^"]+)"')
COOKIE = "mon-espace"
SIGN_IN = "/connexion"
PAUSE = (0.1, 1.0)
# The share of forms that somebody presses again at once, without waiting for the page; and that are sent once more
# though they were taken, as "back" and "send" do.
HURRIED, REPEATED = 0.1, 0.1
PATIENCE, HURRY = 20.0, (0.02, 0.3)  # seconds


class _From(HTTPAdapter):
    """Each person has an address of her own: identity counts attempts by it."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, source_address=(self._address, 0), **options)


def _address_of(person: Person) -> str:
    """One of the sixteen million that this machine has for itself."""
    last = person.person_id.bytes[-3:]
    return f"127.{last[0]}.{last[1]}.{max(1, last[2] % 255)}"


class Browser:
    """Of somebody who is signed in."""

    def __init__(self, client: Client, person: Person) -> None:
        self._client = client
        self._person = person
        self._http = requests.Session()
        self._http.mount("http://", _From(_address_of(person)))
        self._portal = Flask("portal", root_path=str(client.town.directory))
        self._portal.secret_key = client.town.keys.secret("portal-secret-key")
        self._be_recent()
        self._sign_in()

    def press(
        self,
        path: str,
        method: str,
        /,
        *announces: str,
        caller: str,
        done_at: str,
        answer: dict[str, str],
        **fields: str,
    ) -> None:
        """The button of the form on that page, which makes identity run ``method``. ``done_at``: where the portal
        leads then. ``answer``: what identity's must hold."""
        hidden = self._show(path)
        command = Command(
            command_id=UUID(hidden["command_id"]),
            service="identity",
            method=method,
            caller=caller,
            arguments={"path": path, **fields},
            announces=announces,
            told_by_pages_of=self._person.person_id,
        )
        self._client.ledger.open(command)
        chance = self._client.chance
        patience = chance.uniform(*HURRY) if chance.random() < HURRIED else PATIENCE
        while (outcome := self._send(command, hidden | fields, patience)) != done_at:
            if outcome.startswith("4"):
                command.end("refused")
                self._client.ledger.note_wrong(f"the page {path} refused {method} {command.command_id}: {outcome}")
                raise GaveUp(f"{path}: {outcome}")
            self._rest()
            patience = PATIENCE
        command.end("answered", answer)
        if chance.random() < REPEATED:
            again = self._send(command, hidden | fields, PATIENCE)
            # Anything else that begins so leads elsewhere, or refuses.
            if again.startswith(("/", "4")) and again not in (done_at, SIGN_IN):
                self._client.ledger.note_wrong(f"{path} led to {done_at} and, when sent again, to {again}")

    def _show(self, path: str) -> dict[str, str]:
        """The hidden fields of the form there."""
        while True:
            began_at = time.time()
            try:
                page = self._http.get(self._url(path), timeout=PATIENCE, allow_redirects=False)
            except requests.RequestException:
                self._client.ledger.count("attempt page failed")
            else:
                outcome = str(page.status_code)
                self._client.ledger.views.append(Attempt(at=began_at, seconds=time.time() - began_at, outcome=outcome))
                self._client.ledger.count(f"attempt page {outcome}")
                if page.status_code == 200:
                    return dict(HIDDEN.findall(page.text))
                if page.status_code < 500:
                    self._sign_in()
            self._rest()

    def _send(self, command: Command, fields: dict[str, str], patience: float) -> str:
        """Where it leads, or a status."""
        began_at = time.time()
        try:
            page = self._http.post(
                self._url(command.arguments["path"]), data=fields, timeout=patience, allow_redirects=False
            )
        except requests.RequestException as error:
            outcome = type(error).__name__
        else:
            outcome = urlsplit(page.headers["Location"]).path if page.is_redirect else str(page.status_code)
        command.attempts.append(Attempt(at=began_at, seconds=time.time() - began_at, outcome=outcome))
        self._client.ledger.count(f"attempt page {outcome}")
        if outcome in (SIGN_IN, "401"):
            self._sign_in()
            return SIGN_IN
        return outcome

    def _sign_in(self) -> None:
        """The cookie that the portal gives to who comes back from CSAM; forms that are open stay good."""
        serializer = self._portal.session_interface.get_signing_serializer(self._portal)  # type: ignore[attr-defined]
        held = self._http.cookies.get(COOKIE)
        kept = serializer.loads(held) if held else {}
        self._http.cookies.clear()
        told = serializer.dumps(kept | {"session_token": self._person.session_token})
        self._http.cookies.set(COOKIE, told, domain="127.0.0.1", path="/")

    def _be_recent(self) -> None:
        """Nobody signed in half an hour ago and did nothing since: identity would end that session."""
        statement = "UPDATE sessions SET last_seen_at = %s WHERE session_id = %s"
        self._client.change_behind("identity", statement, Clock().now(), self._person.session_id)

    def _url(self, path: str) -> str:
        portal = self._client.chance.choice(self._client.town.replicas_of("portal"))
        return f"http://127.0.0.1:{portal.process.environment['PORTAL_WEB_PORT']}{path}"

    def _rest(self) -> None:
        self._client.pause(self._client.chance.uniform(*PAUSE))
