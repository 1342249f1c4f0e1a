"""What a command is given: its environment, and who reads its answer."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis.clock import Clock
from chassis.settings import DatabaseSettings, SettingError, file, instant

if TYPE_CHECKING:
    from chassis.audit import Operator


class WrongArgument(ValueError):
    """One that argparse cannot judge."""


def service_of(name: str) -> Any:
    """The service class of that name."""
    return importlib.import_module(f"services.{name}.service").SERVICE


def setting_of(name: str, variable: str) -> str:
    """Of a service whose other settings need not be there (a migration job has its database's address alone)."""
    raw = os.environ.get(variable)
    if not raw:
        # Imported only then: it brings the whole service with it.
        settings_class: type[DatabaseSettings] = service_of(name).settings_class
        raise SettingError(f"{variable} is not set: {settings_class.variables()[variable].metadata['help']}")
    return raw


def database_url(name: str) -> str:
    return setting_of(name, f"{name.upper()}_DATABASE_URL")


def operator(name: str) -> Operator:
    """Who does something to the service's database, and signs for it as the service does."""
    from chassis.audit import Operator, TrailSigner

    variable = f"{name.upper()}_AUDIT_KEY_FILE"
    try:
        key_file = file(setting_of(name, variable))
    except ValueError as error:
        raise SettingError(f"{variable}: {error}") from error
    return Operator(signer=TrailSigner(name, key_file), now=clock().now())


def broker(what_for: str) -> str:
    amqp_uri = os.environ.get("AMQP_URI")
    if not amqp_uri:
        raise SettingError(f"AMQP_URI is not set: the broker, {what_for}")
    return amqp_uri


def read(argument: str, path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, UnicodeError) as error:
        raise WrongArgument(f"{argument}: {path} cannot be read ({type(error).__name__})") from error


def clock() -> Clock:
    """Moved by ``NOW``, as that of the services is."""
    now = os.environ.get("NOW")
    return Clock(instant(now) if now else None)


def say(line: str) -> None:
    print(line)  # noqa: T201


def complain(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return status
