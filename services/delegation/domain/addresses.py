"""What is shown of an address to those who wrote to it."""

from __future__ import annotations


def hint_of_address(address: str) -> str:
    """``k•••@example.org``: the first letter and the domain tell apart the few addresses that one enterprise wrote to,
    and whoever reads the database cannot write to any of them. As many dots for every name, so that its length is not
    told."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"
