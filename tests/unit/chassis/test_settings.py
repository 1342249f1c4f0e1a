from dataclasses import dataclass
from typing import ClassVar

import pytest

from chassis.settings import DatabaseSettings, SettingError, number, setting


@dataclass(frozen=True, kw_only=True)
class BakerySettings(DatabaseSettings):
    service: ClassVar[str] = "bakery"

    ovens: int = setting("how many ovens", parse=number)


@pytest.fixture
def environ(tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text("{}")
    return {
        "AMQP_URI": "amqp://guest:guest@127.0.0.1:5672",
        "STATEMENT_KEYS_FILE": str(keys),
        "BAKERY_DATABASE_URL": "postgresql://bakery:hunter2@127.0.0.1/bakery",
        "BAKERY_AUDIT_KEY_FILE": str(keys),
        "BAKERY_HTTP_PORT": "8080",
        "BAKERY_OVENS": "3",
    }


def test_settings_are_read_by_the_name_of_their_service(environ):
    settings = BakerySettings.load(environ)

    assert (settings.ovens, settings.http_port, settings.environment) == (3, 8080, "production")


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("BAKERY_OVENS", None, "BAKERY_OVENS is not set: how many ovens"),
        ("BAKERY_OVENS", "three", "BAKERY_OVENS: invalid literal"),
        ("AMQP_URI", "http://broker", "AMQP_URI: an address that starts with amqp://"),
        ("STATEMENT_KEYS_FILE", "/nowhere/keys.json", "STATEMENT_KEYS_FILE: there is no file"),
        ("ENVIRONMENT", "staging", "ENVIRONMENT: one of development, production"),
        ("NOW", "2024-10-15T09:00", "NOW: an instant needs its offset"),
        ("NOW", "2024-10-15T09:00+02:00", "NOW shifts the clock and is refused in production"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_the_variable(environ, variable, value, sentence):
    changed = {name: text for name, text in (environ | {variable: value}).items() if text is not None}

    with pytest.raises(SettingError, match=sentence):
        BakerySettings.load(changed)


def test_a_key_that_is_empty_is_none(environ, tmp_path):
    (tmp_path / "key").touch()

    with pytest.raises(SettingError, match=r"BAKERY_AUDIT_KEY_FILE: the file .* is empty"):
        BakerySettings.load(environ | {"BAKERY_AUDIT_KEY_FILE": str(tmp_path / "key")})


def test_a_secret_is_shown_neither_in_an_error_nor_in_a_representation(environ):
    with pytest.raises(SettingError) as wrong:
        BakerySettings.load(environ | {"BAKERY_DATABASE_URL": "mysql://bakery:hunter2@127.0.0.1/bakery"})

    assert "hunter2" not in str(wrong.value)
    assert "hunter2" not in repr(BakerySettings.load(environ))
