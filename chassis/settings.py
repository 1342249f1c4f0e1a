"""Settings come from the environment, are checked once at the start and never change after.

A service declares its own as a frozen dataclass that extends ``ServiceSettings``. The variable of a field is
``<SERVICE>_<FIELD>``, or ``<FIELD>`` alone when it is shared by all services.
"""

from __future__ import annotations

import dataclasses
import os
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit


class SettingError(ValueError):
    """One sentence that names the variable."""


def setting(
    help: str,
    *,
    parse: Callable[[str], Any],
    default: Any = dataclasses.MISSING,
    shared: bool = False,
    secret: bool = False,
) -> Any:
    """A field of a settings class. ``secret`` values come from a Kubernetes secret and are never shown."""
    metadata = {"help": help, "parse": parse, "shared": shared, "secret": secret}
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


def text(value: str) -> str:
    return value


def number(value: str) -> int:
    return int(value)


def instant(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset, such as 2024-10-15T09:00+02:00")
    return moment


def file(value: str) -> Path:
    path = Path(value)
    if not path.is_file():
        raise ValueError(f"there is no file {value}")
    # All that are named so are keys, and an empty one would keep nothing.
    if not path.stat().st_size:
        raise ValueError(f"the file {value} is empty")
    return path


def directory(value: str) -> Path:
    path = Path(value)
    if not path.is_dir():
        raise ValueError(f"there is no directory {value}")
    return path


def url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not (parts.netloc or parts.query):
            raise ValueError(f"an address that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return value.rstrip("/")

    return parse


def host_and_port(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("a host and a port, such as mail.example.org:25")
    return host.strip("[]"), int(port)


def one_of(*values: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in values:
            raise ValueError(f"one of {', '.join(values)}")
        return value

    return parse


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What every service needs."""

    service: ClassVar[str]

    environment: str = setting(
        "development allows a shifted clock and plain cookies",
        parse=one_of("development", "production"),
        default="production",
        shared=True,
    )
    amqp_uri: str = setting("the broker", parse=url("amqp", "amqps"), shared=True, secret=True)
    statement_keys_file: Path = setting(
        "public keys of who may sign statements, reloaded on change", parse=file, shared=True
    )
    now: datetime | None = setting(
        "starts the clock elsewhere; development only", parse=instant, default=None, shared=True
    )
    log_level: str = setting(
        "least level logged", parse=one_of("debug", "info", "warning", "error"), default="info", shared=True
    )
    log_format: str = setting(
        "json, or console for people", parse=one_of("json", "console"), default="json", shared=True
    )
    drain_seconds: int = setting(
        "longest time a stop waits for what was started", parse=number, default=25, shared=True
    )
    http_host: str = setting("address that health, metrics and HTTP doors listen on", parse=text, default="127.0.0.1")
    http_port: int = setting("port of health, metrics and HTTP doors", parse=number)
    max_workers: int = setting("calls and reactions at once", parse=number, default=20)

    @classmethod
    def variables(cls) -> dict[str, dataclasses.Field[Any]]:
        """Each environment variable with its field."""
        prefix = cls.service.upper()
        return {
            field.name.upper() if field.metadata["shared"] else f"{prefix}_{field.name.upper()}": field
            for field in dataclasses.fields(cls)
        }

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Raises ``SettingError`` for the first variable that is absent or wrong."""
        values: dict[str, Any] = {}
        for variable, field in cls.variables().items():
            raw = environ.get(variable)
            if raw:
                values[field.name] = _parse(variable, field, raw)
            elif field.default is dataclasses.MISSING:
                raise SettingError(f"{variable} is not set: {field.metadata['help']}")
        settings = cls(**values)
        if settings.now is not None and settings.environment == "production":
            raise SettingError("NOW shifts the clock and is refused in production")
        return settings


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings(ServiceSettings):
    """What a service with a database needs."""

    database_url: str = setting("the service's own database", parse=url("postgresql"), secret=True)
    database_pool: int = setting("connections kept", parse=number, default=10)
    audit_key_file: Path = setting("private JWK that signs the audit trail", parse=file, secret=True)


def _parse(variable: str, field: dataclasses.Field[Any], raw: str) -> Any:
    parse = typing.cast(Callable[[str], Any], field.metadata["parse"])
    try:
        return parse(raw)
    except ValueError as error:
        shown = "" if field.metadata["secret"] else f" (it is {raw!r})"
        raise SettingError(f"{variable}: {error}{shown}") from error
