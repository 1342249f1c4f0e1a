"""What the provider publishes about itself: its addresses and its keys (OpenID Connect Discovery 1.0, RFC 7517)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.logs import log
from contracts.errors import Unavailable
from services.identity.gateways.csam.http import Answer, BoundedHttp, Nonsense
from services.identity.gateways.metrics import PROVIDER_ERRORS

T = TypeVar("T")

KEPT_SECONDS: Final = 3600.0
SCOPES: Final = ("openid", "profile", "egovnrn", "email", "roles")


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """``scopes``: those of ours that the provider knows. ``end_session_endpoint``: None where it has none."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    scopes: tuple[str, ...]
    takes_basic: bool


class Provider:
    """Read when first needed, kept for an hour; what is kept serves on while the provider is away."""

    def __init__(self, issuer: str, http: BoundedHttp, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self._http = http
        self._clock = clock
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def metadata(self) -> Metadata:
        """Raises Unavailable."""
        kept = self._metadata
        if kept is not None and self._clock() - kept[0] < KEPT_SECONDS:
            return kept[1]
        address = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            metadata = self._read("discovery", address, self._parse_metadata)
        except Unavailable:
            if kept is None:
                raise
            return kept[1]
        self._metadata = (self._clock(), metadata)
        return metadata

    def keys(self, *, fresh: bool) -> KeySet:
        """``fresh``: asked again now, since the provider may have begun to use a new key. Raises Unavailable."""
        kept = self._keys
        if not fresh and kept is not None and self._clock() - kept[0] < KEPT_SECONDS:
            return kept[1]
        keys = self._read("keys", self.metadata().jwks_uri, _parse_keys)
        self._keys = (self._clock(), keys)
        return keys

    def _read(self, step: str, address: str, parse: Callable[[dict[str, Any]], T]) -> T:
        answer = self._http.get(step, address)
        try:
            return parse(_found(answer).json())
        except Nonsense as nonsense:
            PROVIDER_ERRORS.labels(step, "nonsense").inc()
            log.warning("provider_nonsense", step=step, reason=str(nonsense))
            # Nobody can sign in until it is mended, and a retry may help then.
            raise Unavailable(part="csam") from nonsense

    def _parse_metadata(self, document: dict[str, Any]) -> Metadata:
        if document.get("issuer") != self.issuer:
            raise Nonsense("it names another issuer")
        supported = document.get("scopes_supported")
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Metadata(
            authorization_endpoint=self._address(document, "authorization_endpoint"),
            token_endpoint=self._address(document, "token_endpoint"),
            userinfo_endpoint=self._address(document, "userinfo_endpoint"),
            jwks_uri=self._address(document, "jwks_uri"),
            end_session_endpoint=(
                self._address(document, "end_session_endpoint") if document.get("end_session_endpoint") else None
            ),
            scopes=tuple(scope for scope in SCOPES if not isinstance(supported, list) or scope in supported),
            takes_basic="client_secret_basic" in methods,
        )

    def _address(self, document: dict[str, Any], name: str) -> str:
        address = document.get(name)
        if not isinstance(address, str) or not urlsplit(address).netloc:
            raise Nonsense(f"{name} is no address")
        # An issuer that is reached safely must not lead to where it is not.
        if urlsplit(address).scheme not in {"https", urlsplit(self.issuer).scheme}:
            raise Nonsense(f"{name} is not safe")
        return address


def _found(answer: Answer) -> Answer:
    if answer.status != 200:
        raise Nonsense(f"status {answer.status}")
    return answer


def _parse_keys(document: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set(document)  # type: ignore[arg-type]  # its shape is what is looked at here
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Nonsense("it is no key set") from error
