from __future__ import annotations

import re

from services.identity.tokens import Tokens, code_verifier, hashed, new_secret, nonce
from tests.unit.identity.builders import an_id

TOKENS = Tokens(b"k" * 32)


def test_a_repeat_derives_the_same_secrets() -> None:
    assert TOKENS.state(caller="portal", command_id=an_id(1)) == TOKENS.state(caller="portal", command_id=an_id(1))


def test_secrets_differ_by_command_caller_purpose_and_key() -> None:
    secrets = {
        TOKENS.state(caller="portal", command_id=an_id(1)),
        TOKENS.state(caller="portal", command_id=an_id(2)),
        TOKENS.state(caller="other", command_id=an_id(1)),
        TOKENS.browser_secret(caller="portal", command_id=an_id(1)),
        Tokens(b"l" * 32).state(caller="portal", command_id=an_id(1)),
    }

    assert len(secrets) == 5


def test_parts_cannot_be_shifted_from_one_to_the_next() -> None:
    assert TOKENS.session_token(state="ab", code="c", browser_secret="d") != TOKENS.session_token(
        state="a", code="bc", browser_secret="d"
    )


def test_a_code_verifier_is_one_by_rfc_7636() -> None:
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", code_verifier("browser secret"))
    assert code_verifier("browser secret") != nonce("browser secret")


def test_links_get_a_new_secret_each_and_rest_as_digest() -> None:
    assert new_secret() != new_secret()
    assert len(new_secret()) >= 43
    assert b"secret" not in hashed("secret")
