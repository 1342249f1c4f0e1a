"""What a person does at the certified provider."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from bs4 import BeautifulSoup

from deploy.embedded.cast import Person
from tests.integration.identity.certified import CALLBACK, CertifiedProvider


class Browser:
    """Of one person, without JavaScript: keeps the provider's cookies and goes wherever the provider sends it, except
    to the portal."""

    def __init__(self, provider: CertifiedProvider) -> None:
        self._issuer = provider.issuer
        self._session = requests.Session()

    def go(self, address: str) -> requests.Response:
        return self._follow(self._session.get(address, allow_redirects=False, timeout=5))

    def sign_in(self, authorization_url: str, person: Person, *, level: int = 450, **told: Any) -> dict[str, str]:
        """What she brings back to the portal: ``code`` and ``state``. ``told``: claims to replace; None leaves one
        out."""
        claims = {
            "egovNRN": person.national_number,
            "givenName": person.given_name,
            "surname": person.surname,
            "mail": person.email,
            "prefLanguage": person.language,
            "roles": person.roles,
            "assurance_level": level,
        }
        login = {"accountId": person.key, "acr": f"urn:be:fedict:iam:fas:Level{level}", "amr": ["itsme"]}
        return _brought(self._decide(authorization_url, login=login, claims=claims | told))

    def come_back(self, authorization_url: str) -> dict[str, str]:
        """As ``sign_in``, without being asked anything."""
        return _brought(self._back(self.go(authorization_url)))

    def cancel(self, authorization_url: str) -> dict[str, str]:
        """All that she brings back."""
        return self._decide(authorization_url, error="access_denied")

    def press(self, page: requests.Response, button: str | None = None) -> str:
        """Where the page's form leads in the end. ``button``: its words, where there are several."""
        shown = BeautifulSoup(page.text, "html.parser")
        form = shown.find("form")
        assert form is not None, page.text
        fields = {str(field["name"]): str(field["value"]) for field in form.select("input[type=hidden]")}
        if button is not None:
            pressed = shown.find("button", string=button)
            assert pressed is not None, page.text
            fields[str(pressed["name"])] = str(pressed["value"])
        answer = self._session.post(str(form["action"]), fields, allow_redirects=False, timeout=5)
        return _leads_to(self._follow(answer))

    def _decide(self, authorization_url: str, **decided: Any) -> dict[str, str]:
        asked = self.go(authorization_url)
        assert asked.url.startswith(f"{self._issuer}/interaction/"), f"she was not asked who she is: {asked.url}"
        return self._back(self._follow(self._session.post(asked.url, json=decided, allow_redirects=False, timeout=5)))

    def _back(self, answer: requests.Response) -> dict[str, str]:
        back = _leads_to(answer)
        assert back.startswith(f"{CALLBACK}?"), back
        return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.next is not None and str(answer.next.url).startswith(f"{self._issuer}/"):
            answer = self._session.send(answer.next, allow_redirects=False, timeout=5)
        return answer


def _leads_to(answer: requests.Response) -> str:
    return str(answer.next.url) if answer.next is not None else answer.url


def _brought(back: dict[str, str]) -> dict[str, str]:
    return {"code": back["code"], "state": back["state"]}
