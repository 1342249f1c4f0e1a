"""What the provider keeps in memory: its one client, codes and access tokens. All of it is short-lived."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oidc.core import AuthorizationCodeMixin

from contracts.identity import MeansName
from deploy.embedded.cast import Person
from deploy.embedded.csam.signing import ALGORITHM

SCOPES = ("openid", "profile", "egovnrn", "roles", "email")
CODE_LASTS = 60
TOKEN_LASTS = 300
LEVEL_URN = "urn:be:fedict:iam:fas:Level"


@dataclass(frozen=True)
class SignIn:
    """A person chose herself and her means on the page. ``at``: seconds since 1970, on the provider's clock."""

    person: Person
    means: MeansName
    level: int
    at: int


class Client(ClientMixin):  # type: ignore[misc]
    """The portal. It may be sent back to any page below its own address."""

    id_token_signed_response_alg = ALGORITHM

    def __init__(self, client_id: str, secret: str, home: str) -> None:
        self.client_id = client_id
        self._secret = secret
        self._home = home.rstrip("/") + "/"
        self.client_metadata = {
            "userinfo_signed_response_alg": ALGORITHM,
            "post_logout_redirect_uris": _Below(self._home),
        }

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(name for name in (scope or "").split() if name in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.startswith(self._home)

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self._secret, client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class _Below:
    """The addresses below one; Authlib asks with ``in``."""

    def __init__(self, home: str) -> None:
        self._home = home

    def __contains__(self, address: str) -> bool:
        return address.startswith(self._home)


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    client_id: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    sign_in: SignIn
    made_at: float = field(default_factory=time.monotonic)

    def is_expired(self) -> bool:
        return time.monotonic() - self.made_at > CODE_LASTS

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.sign_in.at

    def get_acr(self) -> str:
        return f"{LEVEL_URN}{self.sign_in.level}"

    def get_amr(self) -> list[str]:
        return [self.sign_in.means]


@dataclass
class Token(TokenMixin):  # type: ignore[misc]
    client: Client
    scope: str
    sign_in: SignIn
    code: str
    made_at: float = field(default_factory=time.monotonic)
    revoked: bool = False

    def check_client(self, client: Any) -> bool:
        return bool(client.client_id == self.client.client_id)

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return TOKEN_LASTS

    def is_expired(self) -> bool:
        return time.monotonic() - self.made_at > TOKEN_LASTS

    def is_revoked(self) -> bool:
        return self.revoked

    def get_user(self) -> SignIn:
        return self.sign_in

    def get_client(self) -> Client:
        return self.client
