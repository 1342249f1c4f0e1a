"""CSAM's FAS, or any conformant OpenID Connect provider: authorization code with PKCE.

The portal never sees the provider's tokens; neither does the database.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode, urlsplit

from requests.auth import HTTPBasicAuth

from chassis.logs import log
from contracts.identity import MeansName, ProviderRefused
from services.identity.domain.means import LOWEST_LEVEL
from services.identity.domain.vouched import Vouched
from services.identity.gateways.csam.claims import read_claims
from services.identity.gateways.csam.http import Answer, Bearer, BoundedHttp, Nonsense
from services.identity.gateways.csam.provider import Metadata, Provider
from services.identity.gateways.csam.verification import require_id_token, require_userinfo, verified_claims
from services.identity.gateways.metrics import PROVIDER_ERRORS

T = TypeVar("T")

# RFC 6749, A.12 without the blank: what else there is would get no further than into a header of HTTP.
TOKEN = re.compile(r"[\x21-\x7e]+")
ACR = "urn:be:fedict:iam:fas:Level{level}"


class Csam:
    def __init__(
        self, *, issuer: str, client_id: str, client_secret: str, levels: Mapping[MeansName, int] | None = None
    ) -> None:
        """``levels``: those of means, see ``read_claims``."""
        self._http = BoundedHttp()
        self._provider = Provider(issuer, self._http)
        self._client_id = client_id
        self._client_secret = client_secret
        self._levels = levels

    def authorization_url(
        self, *, state: str, nonce: str, code_verifier: str, callback_url: str, level: int, means: str | None
    ) -> str:
        """Where the browser goes to sign in. Raises Unavailable."""
        metadata = self._provider.metadata()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": callback_url,
            "scope": " ".join(metadata.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(code_verifier),
            "code_challenge_method": "S256",
            "acr_values": ACR.format(level=level),
        }
        if means is not None:
            asked["login_hint"] = means
        if level > LOWEST_LEVEL:
            # acr_values is a wish only: a provider that remembers her at a lower level may go on vouching for that
            # one, and she could never step up. To ask again is what each must do (OpenID Connect Core 1.0, 15.1).
            asked["prompt"] = "login"
        return _with_query(metadata.authorization_endpoint, asked)

    def sign_out_url(self, *, return_url: str) -> str | None:
        """Where the browser goes to sign out here too (OpenID Connect RP-Initiated Logout 1.0). Without the id_token:
        it holds personal data, and this is an address, so the provider asks the person whether she means it. Raises
        Unavailable."""
        endpoint = self._provider.metadata().end_session_endpoint
        if endpoint is None:
            return None
        return _with_query(endpoint, {"client_id": self._client_id, "post_logout_redirect_uri": return_url})

    def vouch(self, *, code: str, nonce: str, code_verifier: str, callback_url: str, now: datetime) -> Vouched:
        """Exchange the code and believe nothing that is not verified. Raises Unavailable or ProviderRefused."""
        metadata = self._provider.metadata()
        tokens = self._exchange(metadata, code=code, code_verifier=code_verifier, callback_url=callback_url)
        id_token = self._verified("token", lambda: self._id_token(tokens, nonce=nonce, now=now))
        answer = self._http.get("userinfo", metadata.userinfo_endpoint, auth=Bearer(tokens["access_token"]))
        userinfo = self._verified("userinfo", lambda: self._userinfo(answer, subject=id_token["sub"], now=now))
        return self._verified("claims", lambda: read_claims(id_token, userinfo, levels=self._levels))

    def _exchange(self, metadata: Metadata, *, code: str, code_verifier: str, callback_url: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback_url,
            "code_verifier": code_verifier,
        }
        auth = None
        if metadata.takes_basic:
            # RFC 6749, 2.3.1: both are form-encoded before they are put together.
            auth = HTTPBasicAuth(quote_plus(self._client_id), quote_plus(self._client_secret))
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        answer = self._http.post("token", metadata.token_endpoint, form=form, auth=auth)
        return self._verified("token", lambda: _tokens(answer))

    def _id_token(self, tokens: dict[str, Any], *, nonce: str, now: datetime) -> dict[str, Any]:
        header, claims = verified_claims(tokens["id_token"], lambda fresh: self._provider.keys(fresh=fresh))
        require_id_token(
            header,
            claims,
            issuer=self._provider.issuer,
            client_id=self._client_id,
            nonce=nonce,
            access_token=tokens["access_token"],
            now=now,
        )
        return claims

    def _userinfo(self, answer: Answer, *, subject: str, now: datetime) -> dict[str, Any]:
        if answer.status != 200:
            raise ProviderRefused(reason=f"the userinfo was refused with status {answer.status}")
        if answer.media_type == "application/jwt":
            token = answer.body.decode("ascii", "replace").strip()
            _, claims = verified_claims(token, lambda fresh: self._provider.keys(fresh=fresh))
        else:
            claims = answer.json()
        require_userinfo(claims, issuer=self._provider.issuer, client_id=self._client_id, subject=subject, now=now)
        return claims

    def _verified(self, step: str, verify: Callable[[], T]) -> T:
        try:
            return verify()
        except (ProviderRefused, Nonsense) as wrong:
            refused = wrong if isinstance(wrong, ProviderRefused) else ProviderRefused(reason=f"{step}: {wrong}")
            PROVIDER_ERRORS.labels(step, "nonsense" if isinstance(wrong, Nonsense) else "refused").inc()
            log.warning("provider_refused", step=step, reason=refused.details["reason"])
            raise refused from wrong


def _tokens(answer: Answer) -> dict[str, Any]:
    content = answer.json()
    if answer.status != 200:
        # RFC 6749, 5.2: a short code such as invalid_grant; anything longer is not repeated.
        error = content.get("error")
        told = error if isinstance(error, str) and len(error) <= 50 and error.isascii() else f"status {answer.status}"
        raise ProviderRefused(reason=f"the code was refused: {told}")
    for name in ("access_token", "id_token"):
        if not isinstance(content.get(name), str) or not TOKEN.fullmatch(content[name]):
            raise Nonsense(f"there is no {name}")
    return content


def _with_query(address: str, asked: dict[str, str]) -> str:
    return address + ("&" if urlsplit(address).query else "?") + urlencode(asked)


def _challenge(code_verifier: str) -> str:
    """RFC 7636, 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
