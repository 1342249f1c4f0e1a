from __future__ import annotations

from pathlib import Path

import pytest

from chassis.settings import SettingError
from services.identity.settings import IdentitySettings, means_levels


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "file"
    file.write_text("content")
    files = (
        "STATEMENT_KEYS_FILE",
        "SEALING_KEYS_FILE",
        "IDENTITY_SIGNING_KEY_FILE",
        "IDENTITY_AUDIT_KEY_FILE",
        "IDENTITY_OIDC_CLIENT_SECRET_FILE",
        "IDENTITY_NATIONAL_NUMBER_KEYS_FILE",
    )
    return {name: str(file) for name in files} | {
        "ENVIRONMENT": "production",
        "AMQP_URI": "amqp://broker.example.org",
        "IDENTITY_DATABASE_URL": "postgresql://database.example.org/identity",
        "IDENTITY_HTTP_PORT": "8101",
        "IDENTITY_OIDC_ISSUER": "https://csam.example.org/",
        "IDENTITY_OIDC_CLIENT_ID": "mon-espace",
        "IDENTITY_REGISTER_URL": "https://register.example.org",
    }


def test_the_issuer_keeps_its_slash_since_it_is_compared_as_it_stands(environ: dict[str, str]) -> None:
    assert IdentitySettings.load(environ).oidc_issuer == "https://csam.example.org/"


def test_means_have_levels_by_default_and_by_setting(environ: dict[str, str]) -> None:
    assert dict(IdentitySettings.load(environ).means)["eid"] == 500
    assert IdentitySettings.load(environ | {"IDENTITY_MEANS": "itsme=400, eid=500"}).means == (
        ("itsme", 400),
        ("eid", 500),
    )


@pytest.mark.parametrize("value", ["itsme", "itsme=401", "carrier_pigeon=100", "itsme=400,,eid=500", "itsme=x"])
def test_means_that_make_no_sense_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="none of"):
        means_levels(value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("IDENTITY_OIDC_ISSUER", "http://csam.example.org"), ("IDENTITY_REGISTER_URL", "http://register.example.org")],
)
def test_in_production_neighbours_are_reached_over_https_only(
    environ: dict[str, str], variable: str, value: str
) -> None:
    with pytest.raises(SettingError, match=variable):
        IdentitySettings.load(environ | {variable: value})

    IdentitySettings.load(environ | {variable: value, "ENVIRONMENT": "development"})


def test_secrets_are_not_shown(environ: dict[str, str]) -> None:
    assert "database.example.org" not in repr(IdentitySettings.load(environ))
