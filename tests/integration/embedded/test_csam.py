"""The stand-in for CSAM is a conformant OpenID Connect provider."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import KeySet

from deploy.embedded.environment import CLIENT_ID
from deploy.embedded.keys import Keys
from tests.cast import AMELIE, CHANTAL, FABIENNE
from tests.support.neighbours import Neighbours

LEVEL = "urn:be:fedict:iam:fas:Level{}"


@pytest.fixture(scope="module")
def csam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    directory: Path = tmp_path_factory.mktemp("csam")
    started = Neighbours(directory, Keys(directory / "keys"))
    started.start()
    yield started
    started.stop()


class SignIn:
    """A portal that does everything right, unless told otherwise."""

    def __init__(self, csam: Neighbours, **asked: str | None) -> None:
        self.csam = csam
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.callback = f"{csam.portal_url}/retour"
        right: dict[str, str | None] = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": self.callback,
            "scope": "openid profile egovnrn",
            "state": "the state",
            "nonce": secrets.token_urlsafe(16),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "acr_values": LEVEL.format(400),
        }
        self.asked = right | asked

    @property
    def url(self) -> str:
        return f"{self.csam.csam_url}/authorize?" + urlencode(
            {name: value for name, value in self.asked.items() if value is not None}
        )

    def exchange(self, code: str, *, secret: str | None = None, **other: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
        }
        return requests.post(
            f"{self.csam.csam_url}/token", form | other, auth=(CLIENT_ID, secret or self.csam.client_secret)
        )

    def tokens(self, person: Any = AMELIE, means: str = "itsme") -> dict[str, Any]:
        answer = self.exchange(self.csam.choose(self.url, person, means)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def userinfo(self, tokens: dict[str, Any]) -> requests.Response:
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        return requests.get(f"{self.csam.csam_url}/userinfo", headers=headers)


def published_keys(csam: Neighbours) -> KeySet:
    return KeySet.import_key_set(requests.get(f"{csam.csam_url}/jwks").json())


def read(csam: Neighbours, token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, published_keys(csam), algorithms=["RS256"]).claims)


def test_it_publishes_a_valid_discovery_document(csam: Neighbours) -> None:
    document = requests.get(f"{csam.csam_url}/.well-known/openid-configuration").json()

    # Loopback addresses are allowed without TLS everywhere but here.
    OpenIDProviderMetadata(
        {
            name: str(value).replace("http:", "https:") if isinstance(value, str) else value
            for name, value in document.items()
        }
    ).validate()
    assert document["issuer"] == csam.csam_url
    assert document["code_challenge_methods_supported"] == ["S256"]


def test_the_id_token_is_for_this_portal_and_this_sign_in(csam: Neighbours) -> None:
    sign_in = SignIn(csam)

    tokens = sign_in.tokens(means="app")

    claims = read(csam, tokens["id_token"])
    CodeIDToken(
        claims,
        {"alg": "RS256"},
        {"iss": {"value": csam.csam_url}, "aud": {"value": CLIENT_ID}},
        {"nonce": sign_in.asked["nonce"], "client_id": CLIENT_ID, "access_token": tokens["access_token"]},
    ).validate(leeway=5)
    assert claims["acr"] == LEVEL.format(400)
    assert claims["amr"] == ["app"]


def test_the_state_comes_back(csam: Neighbours) -> None:
    sign_in = SignIn(csam)

    assert csam.choose(sign_in.url, AMELIE, "itsme")["state"] == "the state"


def test_userinfo_is_a_signed_jwt_with_the_claims_of_fas(csam: Neighbours) -> None:
    sign_in = SignIn(csam)
    tokens = sign_in.tokens()

    answer = sign_in.userinfo(tokens)

    assert answer.headers["Content-Type"] == "application/jwt"
    claims = read(csam, answer.text)
    assert claims["iss"] == csam.csam_url
    assert claims["aud"] == CLIENT_ID
    assert claims["sub"] == read(csam, tokens["id_token"])["sub"]
    assert claims["egovNRN"] == AMELIE.national_number
    assert (claims["givenName"], claims["surname"]) == ("Amélie", "Dubois")
    assert claims["mail"] == "amelie@example.org"
    assert claims["prefLanguage"] == "fr"
    assert claims["assurance_level"] == 450


def test_an_agent_has_his_role(csam: Neighbours) -> None:
    sign_in = SignIn(csam)

    assert read(csam, sign_in.userinfo(sign_in.tokens(FABIENNE, "eid")).text)["roles"] == ["agent"]


def test_the_national_number_needs_its_scope(csam: Neighbours) -> None:
    sign_in = SignIn(csam, scope="openid profile")

    assert "egovNRN" not in read(csam, sign_in.userinfo(sign_in.tokens()).text)


def test_the_subject_tells_nothing_of_the_person_and_stays(csam: Neighbours) -> None:
    subjects = {read(csam, SignIn(csam).tokens()["id_token"])["sub"] for _ in range(2)}

    assert len(subjects) == 1
    assert AMELIE.national_number not in subjects.pop()


def test_a_code_serves_once_and_its_second_use_ends_the_first_ones_token(csam: Neighbours) -> None:
    sign_in = SignIn(csam)
    code = csam.choose(sign_in.url, AMELIE, "itsme")["code"]
    tokens = sign_in.exchange(code).json()

    again = sign_in.exchange(code)

    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert sign_in.userinfo(tokens).status_code == 401


def test_a_wrong_verifier_is_refused_and_spends_the_code(csam: Neighbours) -> None:
    sign_in = SignIn(csam)
    code = csam.choose(sign_in.url, AMELIE, "itsme")["code"]

    wrong = sign_in.exchange(code, code_verifier=secrets.token_urlsafe(48))

    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
    assert sign_in.exchange(code).json()["error"] == "invalid_grant"


def test_a_wrong_secret_is_refused(csam: Neighbours) -> None:
    sign_in = SignIn(csam)

    answer = sign_in.exchange(csam.choose(sign_in.url, AMELIE, "itsme")["code"], secret="guessed")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_another_callback_than_the_one_asked_is_refused(csam: Neighbours) -> None:
    sign_in = SignIn(csam)
    code = csam.choose(sign_in.url, AMELIE, "itsme")["code"]

    answer = sign_in.exchange(code, redirect_uri=f"{csam.portal_url}/ailleurs")

    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "without",
    [{"code_challenge": None}, {"code_challenge_method": "plain"}, {"code_challenge_method": None}, {"nonce": None}],
)
def test_a_request_without_pkce_s256_or_nonce_is_refused(csam: Neighbours, without: dict[str, str | None]) -> None:
    answer = requests.get(SignIn(csam, **without).url, allow_redirects=False)

    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["error"] == ["invalid_request"]
    assert back["state"] == ["the state"]


@pytest.mark.parametrize("wrong", [{"client_id": "another"}, {"redirect_uri": "http://attacker.example/"}])
def test_nobody_is_sent_to_an_address_that_is_not_the_portals(csam: Neighbours, wrong: dict[str, str]) -> None:
    answer = requests.get(SignIn(csam, **wrong).url, allow_redirects=False)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_who_cancels_comes_back_with_access_denied(csam: Neighbours) -> None:
    back = csam.cancel(SignIn(csam).url)

    assert (back["error"], back["state"]) == ("access_denied", "the state")


def test_a_means_below_the_asked_level_is_shown_and_cannot_be_chosen(csam: Neighbours) -> None:
    sign_in = SignIn(csam, acr_values=LEVEL.format(500))

    page = requests.get(sign_in.url).text
    answer = requests.post(sign_in.url, {"person": "amelie", "means": "itsme"}, allow_redirects=False)

    assert "insuffisant pour ce service" in page
    assert answer.headers["Location"].startswith("/authorize?")


def test_a_means_that_the_person_has_not_activated_cannot_be_chosen(csam: Neighbours) -> None:
    answer = requests.post(SignIn(csam).url, {"person": CHANTAL.key, "means": "app"}, allow_redirects=False)

    assert answer.headers["Location"].startswith("/authorize?")


def test_the_hinted_means_is_chosen_already(csam: Neighbours) -> None:
    page = requests.get(SignIn(csam, login_hint="itsme").url).text

    assert "itsme : qui êtes-vous ?" in page
    assert "Amélie Dubois" in page


def test_after_a_rotation_both_keys_are_published_and_the_new_one_signs(csam: Neighbours) -> None:
    before = SignIn(csam).tokens()["id_token"]

    requests.post(f"{csam.csam_url}/rotate-keys")

    after = SignIn(csam).tokens()["id_token"]
    kids = [jwt.decode(token, published_keys(csam), algorithms=["RS256"]).header["kid"] for token in (before, after)]
    assert kids[0] != kids[1]


def test_keys_stay_when_it_starts_again(csam: Neighbours) -> None:
    token = SignIn(csam).tokens()["id_token"]

    assert csam.stop() == 0
    csam.start()

    assert read(csam, token)["iss"] == csam.csam_url


def test_signing_out_leads_back_to_the_portal(csam: Neighbours) -> None:
    id_token = SignIn(csam).tokens()["id_token"]
    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": f"{csam.portal_url}/", "state": "s"}

    answer = requests.get(f"{csam.csam_url}/end-session", asked, allow_redirects=False)

    assert answer.headers["Location"] == f"{csam.portal_url}/?state=s"


def test_signing_out_leads_to_nobody_else(csam: Neighbours) -> None:
    id_token = SignIn(csam).tokens()["id_token"]
    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": "http://attacker.example/"}

    answer = requests.get(f"{csam.csam_url}/end-session", asked, allow_redirects=False)

    assert answer.status_code == 200
    assert "déconnecté" in answer.text
