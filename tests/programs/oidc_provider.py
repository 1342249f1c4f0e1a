"""oidc-provider of npm, which the tests sign people in at."""

from __future__ import annotations

from pathlib import Path

from tests.programs import npm

LOCKED = Path(__file__).parents[1] / "integration/identity/certified"


def bring() -> Path:
    """Its modules."""
    return npm.bring("oidc-provider", LOCKED)
