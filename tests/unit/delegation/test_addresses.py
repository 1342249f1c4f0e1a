"""What is shown of an address to those who wrote to it."""

import pytest

from services.delegation.domain.addresses import hint_of_address


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("karim@example.org", "k•••@example.org"),
        ("k@example.org", "k•••@example.org"),
        ('"a@b"@example.org', '"•••@example.org'),
    ],
)
def test_the_first_letter_and_the_domain_are_left_and_not_how_long_the_name_is(address, hint):
    assert hint_of_address(address) == hint
