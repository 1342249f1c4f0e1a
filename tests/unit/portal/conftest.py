"""The portal's application with a recording RPC client, and a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chassis.clock import Clock
from services.portal.app import create_app
from services.portal.settings import PortalSettings
from tests.unit.portal.builders import NOON, RecordingRpc, a_presence, all_means


@pytest.fixture
def rpc() -> RecordingRpc:
    recording = RecordingRpc()
    recording.answers |= {
        "list_means": all_means(),
        "issue_person_statement": "person-1",
        "list_my_enterprises": [],
        "list_my_mandates": [],
        "list_establishments": [],
        "list_enterprise_mandates_to_confirm": [],
        "search_procedures": [],
    }
    return recording


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> PortalSettings:
    directory = tmp_path_factory.mktemp("portal")
    for name, content in (("secret", "a key\n"), ("token", "service-1\n"), ("keys", "{}")):
        (directory / name).write_text(content)
    return PortalSettings(
        environment="development",
        amqp_uri="amqp://nobody@localhost",
        statement_keys_file=directory / "keys",
        http_port=0,
        portal_url="http://portal.example.org",
        web_port=0,
        secret_key_file=directory / "secret",
        service_token_file=directory / "token",
    )


@pytest.fixture(scope="session")
def application(settings: PortalSettings) -> Flask:
    return create_app(settings, RecordingRpc(), Clock(NOON))


@pytest.fixture
def app(application: Flask, rpc: RecordingRpc) -> Flask:
    application.extensions["portal"]["rpc"] = rpc
    return application


class Browser:
    """Follows forms as a person does: takes the hidden fields of the page, types, presses."""

    def __init__(self, client: FlaskClient, rpc: RecordingRpc) -> None:
        self.client = client
        self.rpc = rpc

    def sign_in(self, **facts: Any) -> None:
        self.rpc.answers["present_session"] = a_presence(**facts)
        with self.client.session_transaction() as session:
            session["session_token"] = "session-1"

    def get(self, address: str) -> BeautifulSoup:
        answer = self.client.get(address)
        assert answer.status_code != 500, address
        return soup(answer)

    def press(self, address: str, *, on: str | None = None, **typed: Any) -> TestResponse:
        """POST to an address what its form (on the page ``on``) hides, and what is typed."""
        page = self.get(on or address)
        form = next((form for form in page.find_all("form") if _posts_to(form, address, on or address)), None)
        assert form is not None, f"no form on {on or address} posts to {address}"
        hidden = {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]:not([disabled])")}
        asked = [field["value"] for field in form.select('input[name="asked"]:not([disabled])')]
        return self.client.post(address, data=hidden | {"asked": asked} | typed)

    def csrf(self) -> dict[str, str]:
        page = self.get("/aide")
        token = page.select_one('input[name="csrf_token"]')
        assert token is not None
        return {"csrf_token": str(token["value"]), "command_id": str(uuid4())}


def soup(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def _posts_to(form: Any, address: str, page: str) -> bool:
    return form.get("method") == "post" and (form.get("action") or page).split("?")[0] == address.split("?")[0]


@pytest.fixture
def browser(app: Flask, rpc: RecordingRpc) -> Iterator[Browser]:
    with app.test_client() as client:
        yield Browser(client, rpc)
