import pytest

from contracts.errors import InvalidRequest, NotFound, Refusal


def test_a_refusal_comes_back_as_its_own_class():
    refusal = Refusal.from_code("invalid_request", {"fields": {"role": ["is missing"]}})

    assert isinstance(refusal, InvalidRequest)
    assert refusal.details == {"fields": {"role": ["is missing"]}}


def test_a_code_of_a_newer_version_is_kept():
    refusal = Refusal.from_code("moon_is_full", {})

    assert type(refusal) is Refusal
    assert refusal.code == "moon_is_full"


def test_two_refusals_cannot_share_a_code():
    with pytest.raises(TypeError, match="not_found"):
        type("Other", (Refusal,), {"code": NotFound.code})
