"""Authlib's server with our people: what may be asked, what is answered, what is forgotten when."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfoEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint
from flask import Flask
from joserfc.jwk import KeySet

from chassis.clock import Clock
from deploy.embedded.csam.records import SCOPES, TOKEN_LASTS, Client, Code, SignIn, Token
from deploy.embedded.csam.signing import ALGORITHM, SigningKeys

# People are named to the portal by this, and by nothing that the national number could be guessed from.
_SUBJECTS = UUID("5e0c1c1e-6b1e-4d0f-9a53-0d7d3a0b7f5c")

CLAIMS = (
    "sub",
    "egovNRN",
    "fedid",
    "givenName",
    "surname",
    "mail",
    "prefLanguage",
    "roles",
    "assurance_level",
    "personIdentifier",
    "birthdate",
)


class Provider:
    """One provider with one client."""

    def __init__(self, *, issuer: str, client: Client, keys: SigningKeys, clock: Clock) -> None:
        self.issuer = issuer
        self.client = client
        self.keys = keys
        self.clock = clock
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}

    def build(self, app: Flask) -> AuthorizationServer:
        app.config["OAUTH2_SCOPES_SUPPORTED"] = list(SCOPES)
        app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"authorization_code": TOKEN_LASTS}
        server = AuthorizationServer(app, query_client=self.find_client, save_token=self.save_token)
        server.register_grant(_code_grant(self), [_RequiredChallenge(), _IdToken(self)])
        protector = ResourceProtector()
        protector.register_token_validator(_KnownTokens(self))
        server.register_endpoint(_UserInfo(self, protector))
        server.register_endpoint(_end_session(self))
        return server

    def find_client(self, client_id: str) -> Client | None:
        return self.client if client_id == self.client.client_id else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.tokens = {name: kept for name, kept in self.tokens.items() if not kept.is_expired()}
        code = request.form["code"]
        self.tokens[token["access_token"]] = Token(self.client, token["scope"], request.user, code)

    def take_code(self, code: str) -> Code | None:
        """Once only, also when the rest of the request is wrong; a second use ends what the first one gave."""
        found = self.codes.pop(code, None)
        if found is None:
            for token in self.tokens.values():
                token.revoked = token.revoked or token.code == code
        return found if found and not found.is_expired() else None

    def claims(self, sign_in: SignIn, scope: str) -> dict[str, Any]:
        person = sign_in.person
        subject = str(uuid5(_SUBJECTS, f"{self.client.client_id} {person.key}"))
        told: dict[str, Any] = {"sub": subject}
        names = scope.split()
        if "profile" in names:
            told |= {"givenName": person.given_name, "surname": person.surname, "fedid": f"fed-{subject[:8]}"}
            told |= {"mail": person.email, "prefLanguage": person.language, "roles": person.roles}
            told |= {"assurance_level": sign_in.level}
        if sign_in.means == "eidas" and person.european_identifier is not None:
            told |= {"personIdentifier": person.european_identifier, "birthdate": person.birth_on.isoformat()}
        elif "egovnrn" in names:
            told["egovNRN"] = str(person.national_number)
        return told

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())


class _RequiredChallenge(CodeChallenge):  # type: ignore[misc]
    """Authlib asks public clients only for a challenge; FAS asks everybody, and S256."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with the method S256 is required")
        super().validate_code_challenge(grant, redirect_uri)


def _code_grant(provider: Provider) -> type[grants.AuthorizationCodeGrant]:
    class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            asked = request.payload.data
            provider.codes = {name: kept for name, kept in provider.codes.items() if not kept.is_expired()}
            provider.codes[code] = Code(
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.scope,
                nonce=asked.get("nonce"),
                code_challenge=asked["code_challenge"],
                code_challenge_method=asked["code_challenge_method"],
                sign_in=request.user,
            )

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.take_code(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """It went when it was taken."""

        def authenticate_user(self, authorization_code: Code) -> SignIn:
            return authorization_code.sign_in

    return CodeGrant


class _IdToken(OpenIDCode):  # type: ignore[misc]
    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self._provider = provider

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        # It is for the portal to believe a nonce once: who goes back and chooses again has asked nothing wrong.
        return False

    def resolve_client_private_key(self, client: Client) -> KeySet:
        return self._provider.keys.current

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        now = self._provider.now
        return {"iss": self._provider.issuer, "aud": client.client_id, "iat": now, "exp": now + TOKEN_LASTS}

    def generate_user_info(self, user: SignIn, scope: str) -> dict[str, Any]:
        # Who she is stands in the answer of userinfo alone.
        return {"sub": self._provider.claims(user, scope)["sub"]}


class _UserInfo(UserInfoEndpoint):  # type: ignore[misc]
    def __init__(self, provider: Provider, protector: ResourceProtector) -> None:
        super().__init__(resource_protector=protector)
        self._provider = provider

    def get_issuer(self) -> str:
        return self._provider.issuer

    def resolve_private_key(self) -> KeySet:
        return self._provider.keys.current

    def get_supported_algorithms(self) -> list[str]:
        return [ALGORITHM]

    def generate_user_info(self, user: SignIn, scope: str) -> dict[str, Any]:
        now = self._provider.now
        return self._provider.claims(user, scope) | {"iat": now, "exp": now + TOKEN_LASTS}


class _KnownTokens(BearerTokenValidator):  # type: ignore[misc]
    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self._provider = provider

    def authenticate_token(self, token_string: str) -> Token | None:
        return self._provider.tokens.get(token_string)


def _end_session(provider: Provider) -> type[EndSessionEndpoint]:
    class EndSession(EndSessionEndpoint):  # type: ignore[misc]
        def get_server_jwks(self) -> KeySet:
            return provider.keys.all

        def is_post_logout_redirect_uri_legitimate(self, *asked: Any) -> bool:
            """Without an id_token a provider asks the person; here there is no session to be tricked out of."""
            return True

        def end_session(self, end_session_request: Any) -> None:
            """Nobody stays signed in here: the page asks each time."""

    return EndSession
