"""HTTP to the identity provider, within bounds: of time, of size, without following it elsewhere."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from chassis.logs import log
from contracts.errors import Unavailable
from services.identity.gateways.metrics import PROVIDER_ERRORS

CONNECT_SECONDS: Final = 2.0
READ_SECONDS: Final = 3.0
WHOLE_SECONDS: Final = 4.0
MOST_BYTES: Final = 256 * 1024


class Nonsense(ValueError):
    """The provider answered something that is not what the protocol says. Says nothing of the content."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    media_type: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """Raises Nonsense when it is no JSON object."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Nonsense("it is not JSON") from error
        if not isinstance(content, dict):
            raise Nonsense("it is not a JSON object")
        return content


class Bearer(AuthBase):
    """Given as ``auth``, so that a .netrc of the machine cannot replace the header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class BoundedHttp:
    """Raises Unavailable (and counts it) when the provider cannot be reached, is too slow or says that it is unwell."""

    def __init__(self) -> None:
        self._session = requests.Session()
        # One session serves many people: nothing that the provider sets for one may reach it with another.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get(self, step: str, address: str, *, auth: AuthBase | None = None) -> Answer:
        return self._ask(step, "GET", address, auth=auth)

    def post(self, step: str, address: str, *, form: dict[str, str], auth: AuthBase | None = None) -> Answer:
        return self._ask(step, "POST", address, auth=auth, data=form)

    def _ask(self, step: str, verb: str, address: str, **arguments: Any) -> Answer:
        deadline = time.monotonic() + WHOLE_SECONDS
        try:
            with self._session.request(
                verb,
                address,
                headers={"Accept": "application/json, application/jwt"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
                **arguments,
            ) as response:
                answer = Answer(
                    status=response.status_code,
                    media_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
                    body=_read(response, deadline),
                )
        except (requests.RequestException, HTTPError, OSError) as error:
            raise away(step, type(error).__name__) from error
        if answer.status >= 500 or answer.status == 429:
            raise away(step, f"status {answer.status}")
        return answer


def away(step: str, reason: str) -> Unavailable:
    """The refusal for it, counted and logged. ``reason`` must hold nothing personal."""
    PROVIDER_ERRORS.labels(step, "away").inc()
    log.warning("provider_away", step=step, reason=reason)
    return Unavailable(part="csam")


def _read(response: requests.Response, deadline: float) -> bytes:
    # read1 gives what is there: a provider that sends one byte at a time cannot hold us beyond the deadline.
    body = b""
    while chunk := response.raw.read1(65536, decode_content=True):
        body += chunk
        if len(body) > MOST_BYTES:
            raise requests.exceptions.ContentDecodingError("the answer is too long")
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout("the answer takes too long")
    return body
