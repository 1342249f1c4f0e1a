"""Whether a token is the provider's, for us, now and for this sign-in.

OpenID Connect Core 1.0, 3.1.3.7 (id_token) and 5.3.2 (userinfo); RFC 8725 (best current practices for JWTs).
Raises ProviderRefused with the reason.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import Key, KeySet

from contracts.identity import ProviderRefused

# Public keys only. "none" is no signature; with HS… a public key of the provider could pass for a shared secret.
KEY_TYPES: Final = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    **dict.fromkeys(("EdDSA", "Ed25519"), "OKP"),
}
LEEWAY: Final = timedelta(seconds=30)
OLDEST: Final = timedelta(minutes=10)


def verified_claims(token: str, keys: Callable[[bool], KeySet]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that the provider signed. ``keys(fresh)`` gives its keys."""
    header = _header(token)
    algorithm = str(header.get("alg"))
    if algorithm not in KEY_TYPES:
        raise ProviderRefused(reason="a signature by an algorithm that is not allowed")
    # RFC 8725, 3.11: an access token (at+jwt) or a sign-out (logout+jwt) is signed with the same key.
    if str(header.get("typ")).lower().endswith("+jwt"):
        raise ProviderRefused(reason="a token of another kind")
    # When no key fits, the provider may have changed them since: they are asked once more.
    for fresh in (False, True):
        for key in _candidates(keys(fresh), algorithm, header.get("kid")):
            try:
                return header, jwt.decode(token, key, registry=_registry(algorithm)).claims
            except BadSignatureError:
                continue
            except (JoseError, ValueError, TypeError, RecursionError) as error:
                raise ProviderRefused(reason="a malformed token") from error
    raise ProviderRefused(reason="a signature by an unknown key")


def require_id_token(
    header: dict[str, Any],
    claims: dict[str, Any],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    now: datetime,
) -> None:
    _require_for_us(claims, issuer=issuer, client_id=client_id)
    _require_authorized_party(claims, client_id=client_id)
    _require_times(claims, now=now)
    # JSON can hold half of a surrogate pair, which UTF-8 cannot.
    if not compare_digest(str(claims.get("nonce")).encode(errors="surrogatepass"), nonce.encode()):
        raise ProviderRefused(reason="an id_token of another sign-in")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise ProviderRefused(reason="an id_token about nobody")
    if "at_hash" in claims and claims["at_hash"] != _half_hash(access_token, str(header["alg"])):
        raise ProviderRefused(reason="an id_token for another access token")


def require_userinfo(claims: dict[str, Any], *, issuer: str, client_id: str, subject: str, now: datetime) -> None:
    """A signed userinfo should name issuer and audience; what it names must be right."""
    if "iss" in claims and claims["iss"] != issuer:
        raise ProviderRefused(reason="a userinfo of another issuer")
    if "aud" in claims and client_id not in _listed(claims["aud"]):
        raise ProviderRefused(reason="a userinfo for somebody else")
    if "exp" in claims:
        _require_not_expired(claims, now=now)
    # Without it, the userinfo of one person could be put beside the id_token of another.
    if claims.get("sub") != subject:
        raise ProviderRefused(reason="a userinfo about another person")


def _header(token: str) -> dict[str, Any]:
    try:
        return dict(jws.extract_compact(token.encode()).headers())
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderRefused(reason="a malformed token") from error


def _candidates(keys: KeySet, algorithm: str, kid: Any) -> list[Key]:
    return [
        key
        for key in keys.keys
        if key.key_type == KEY_TYPES[algorithm]
        and key.get("use") in {None, "sig"}
        and key.get("alg") in {None, algorithm}
        and (kid is None or key.kid == kid)
    ]


def _registry(algorithm: str) -> jws.JWSRegistry:
    # Providers put fields of their own in the header; those that are critical are refused all the same.
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = 8192
    return registry


def _require_for_us(claims: dict[str, Any], *, issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise ProviderRefused(reason="an id_token of another issuer")
    if client_id not in _listed(claims.get("aud")):
        raise ProviderRefused(reason="an id_token for somebody else")


def _require_authorized_party(claims: dict[str, Any], *, client_id: str) -> None:
    several = len(_listed(claims.get("aud"))) > 1
    if (several or "azp" in claims) and claims.get("azp") != client_id:
        raise ProviderRefused(reason="an id_token asked for by somebody else")


def _require_times(claims: dict[str, Any], *, now: datetime) -> None:
    _require_not_expired(claims, now=now)
    issued_at = _instant(claims, "iat", now)
    if issued_at > now + LEEWAY or issued_at < now - OLDEST:
        raise ProviderRefused(reason="an id_token that was not made just now")
    if "nbf" in claims and _instant(claims, "nbf", now) > now + LEEWAY:
        raise ProviderRefused(reason="an id_token that does not hold yet")


def _require_not_expired(claims: dict[str, Any], *, now: datetime) -> None:
    if _instant(claims, "exp", now) <= now - LEEWAY:
        raise ProviderRefused(reason="a token that has expired")


def _instant(claims: dict[str, Any], name: str, now: datetime) -> datetime:
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise ProviderRefused(reason=f"a token without {name}")
    try:
        return datetime.fromtimestamp(seconds, tz=now.tzinfo)
    except (ValueError, OverflowError, OSError) as error:
        raise ProviderRefused(reason=f"a token with an impossible {name}") from error


def _listed(audience: Any) -> list[Any]:
    return audience if isinstance(audience, list) else [audience]


def _half_hash(access_token: str, algorithm: str) -> str:
    """OpenID Connect Core 1.0, 3.1.3.6: the left half of the digest that the signature's algorithm uses."""
    digests = {"256": hashlib.sha256, "384": hashlib.sha384}
    digest = digests.get(algorithm[-3:], hashlib.sha512)(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
