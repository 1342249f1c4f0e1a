"""Tokens as an attacker makes them, part by part: no decent library would."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from joserfc.jwk import ECKey, OKPKey, RSAKey

Sign = Callable[[bytes], bytes]


def compact(header: object, payload: object, sign: Sign) -> str:
    """``header``, ``payload``: something for JSON, or the text or bytes themselves."""
    signing_input = f"{encoded(header)}.{encoded(payload)}"
    return f"{signing_input}.{encoded(sign(signing_input.encode()))}"


def encoded(part: object) -> str:
    text = part if isinstance(part, (bytes, str)) else json.dumps(part)
    octets = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def by_nobody(signing_input: bytes) -> bytes:
    return b""


def by_secret(secret: bytes) -> Sign:
    """HS256."""
    return lambda signing_input: hmac.digest(secret, signing_input, "sha256")


def by_rsa(key: RSAKey) -> Sign:
    """RS256."""
    private: Any = key.private_key
    return lambda signing_input: private.sign(signing_input, padding.PKCS1v15(), hashes.SHA256())


def by_curve(key: ECKey) -> Sign:
    """ES256."""
    private: Any = key.private_key

    def sign(signing_input: bytes) -> bytes:
        r, s = utils.decode_dss_signature(private.sign(signing_input, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


def by_ed25519(key: OKPKey) -> Sign:
    private: Any = key.private_key
    return lambda signing_input: bytes(private.sign(signing_input))
