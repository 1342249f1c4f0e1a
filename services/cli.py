"""What ``python -m services`` can do."""

from __future__ import annotations

import argparse
import dataclasses
import gc
import importlib
import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis.clock import Clock
from chassis.settings import DatabaseSettings, SettingError, file, instant

if TYPE_CHECKING:
    from chassis.audit import Operator

LONGEST_TOKEN = 366
NAMES = ("identity", "delegation", "dossiers", "notifications", "portal")
WITH_DATABASE = NAMES[:-1]


def main(arguments: list[str]) -> int:
    """Exit status: 0 done, 1 it could not be done, 2 wrong arguments or settings, 3 the audit trail was altered."""
    options = _parser().parse_args(arguments)
    act: Callable[[argparse.Namespace], int] = options.act
    try:
        return act(options)
    except SettingError as error:
        return _complain(f"setting: {error}", 2)
    except WrongArgument as error:
        return _complain(str(error), 2)
    except Exception as error:
        if (sentence := _who_is_away(error)) is None:
            raise
        return _complain(sentence, 1)


class WrongArgument(ValueError):
    """One that argparse cannot judge."""


def _who_is_away(error: Exception) -> str | None:
    # Imported late: a service must have green threads before any of it is.
    from sqlalchemy.exc import OperationalError

    from chassis.bus import LOST
    from contracts.errors import Unavailable

    if isinstance(error, Unavailable):
        return "the database is away"
    if isinstance(error, OperationalError):
        return f"the database is away: {type(error.orig).__name__}"
    return f"the broker is away: {type(error).__name__}" if isinstance(error, LOST) else None


def _complain(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    run = verbs.add_parser("run", help="run services in this process until SIGTERM")
    run.add_argument("names", nargs="+", choices=NAMES, metavar="NAME")
    run.set_defaults(act=_run)

    migrate = verbs.add_parser("migrate", help="bring the databases of services to the newest revision")
    migrate.add_argument("names", nargs="+", choices=WITH_DATABASE, metavar="NAME")
    migrate.set_defaults(act=_migrate)

    publish = verbs.add_parser("publish-procedures", help="publish services/dossiers/procedures as immutable versions")
    publish.set_defaults(act=_publish_procedures)

    imports = verbs.add_parser("import-enterprises", help="take in a set of the Crossroads Bank's open data")
    imports.add_argument("directory", type=Path, metavar="DIRECTORY", help="of its CSV files, unpacked")
    imports.add_argument("--however-many", action="store_true", help="of the enterprises it strikes off")
    imports.set_defaults(act=_import_enterprises)

    settings = verbs.add_parser("settings", help="the environment variables of a service")
    settings.add_argument("name", choices=NAMES, metavar="NAME")
    settings.set_defaults(act=_settings)

    token = verbs.add_parser("token", help="sign a service statement with OPERATOR_SIGNING_KEY_FILE and print it")
    token.add_argument("name", help="of the service that calls")
    token.add_argument("--scope", action="append", required=True, metavar="SCOPE", help="may be given again")
    token.add_argument("--days", type=_days, default=90, help=f"it is good for, up to {LONGEST_TOKEN}")
    token.set_defaults(act=_token)

    designations = verbs.add_parser(
        "import-designations", help="tell the services, over RPC, whom a file of CSAM's registry names"
    )
    designations.add_argument("file", type=Path, help="CSV or JSON: see docs/operations.md")
    designations.set_defaults(act=_import_designations)

    parked = verbs.add_parser("parked", help="what could not be reacted to")
    parked.add_argument("verb", choices=("list", "show", "replay", "drop"))
    parked.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    parked.add_argument("event_id", nargs="?")
    parked.set_defaults(act=_parked)

    republish = verbs.add_parser("republish", help="announce all current states again")
    republish.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    republish.set_defaults(act=_republish)

    epoch = verbs.add_parser(
        "raise-epoch", help="after restoring a database from a backup, before starting its service"
    )
    epoch.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    epoch.set_defaults(act=_raise_epoch)

    means = verbs.add_parser("means", help="means of sign-in: what may be used now")
    means.add_argument("verb", choices=("list", "open", "close"))
    means.add_argument("means", nargs="?", metavar="MEANS")
    means.set_defaults(act=_means)

    reseal = verbs.add_parser("reseal-numbers", help="bring all national numbers under the current key of the ring")
    reseal.set_defaults(act=_reseal_numbers)

    audit = verbs.add_parser("audit", help="the audit trail: verify it, or show its signed heads, to be kept elsewhere")
    audit.add_argument("verb", choices=("verify", "heads"))
    audit.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    audit.add_argument("--heads", help="a file of heads that were kept elsewhere, one on a line")
    audit.set_defaults(act=_audit)
    return parser


def _days(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= LONGEST_TOKEN):
        raise argparse.ArgumentTypeError(f"from 1 to {LONGEST_TOKEN} days")
    return int(text)


def service_of(name: str) -> Any:
    """The service class of that name."""
    return importlib.import_module(f"services.{name}.service").SERVICE


def _setting_of(name: str, variable: str) -> str:
    """Of a service whose other settings need not be there (a migration job has its database's address alone)."""
    raw = os.environ.get(variable)
    if not raw:
        # Imported only then: it brings the whole service with it.
        settings_class: type[DatabaseSettings] = service_of(name).settings_class
        raise SettingError(f"{variable} is not set: {settings_class.variables()[variable].metadata['help']}")
    return raw


def _database_url(name: str) -> str:
    return _setting_of(name, f"{name.upper()}_DATABASE_URL")


def _operator(name: str) -> Operator:
    """Who does something to the service's database, and signs for it as the service does."""
    from chassis.audit import Operator, TrailSigner

    variable = f"{name.upper()}_AUDIT_KEY_FILE"
    try:
        key_file = file(_setting_of(name, variable))
    except ValueError as error:
        raise SettingError(f"{variable}: {error}") from error
    return Operator(signer=TrailSigner(name, key_file), now=_clock().now())


def _run(options: argparse.Namespace) -> int:
    # Nothing that is imported is garbage.
    gc.disable()
    from chassis.launcher import run

    services = [service_of(name) for name in options.names]
    gc.enable()
    return run(services)


def _migrate(options: argparse.Namespace) -> int:
    from chassis.migrate import upgrade

    for name in options.names:
        applied = upgrade(name, _database_url(name))
        _say(f"{name}: {', '.join(applied) or 'nothing to do'}")
    return 0


def _publish_procedures(options: argparse.Namespace) -> int:
    from services.dossiers.publish import publish_procedures

    return publish_procedures(_database_url("dossiers"), by=_operator("dossiers"))


def _import_enterprises(options: argparse.Namespace) -> int:
    from services.delegation import operate

    return operate.import_enterprises(
        options.directory, however_many=options.however_many, say=_say, complain=lambda sentence: _complain(sentence, 1)
    )


def _settings(options: argparse.Namespace) -> int:
    for variable, field in service_of(options.name).settings_class.variables().items():
        default = "required" if field.default is dataclasses.MISSING else f"default: {field.default}"
        _say(f"{variable:<40} {field.metadata['help']} ({default}{', secret' if field.metadata['secret'] else ''})")
    return 0


def _token(options: argparse.Namespace) -> int:
    _say(_sign_token(options.name, options.scope, timedelta(days=options.days)))
    return 0


def _sign_token(name: str, scopes: list[str], lasts: timedelta) -> str:
    from chassis.statements import ServiceCaller, Signer

    key_file = os.environ.get("OPERATOR_SIGNING_KEY_FILE")
    if not key_file:
        raise SettingError("OPERATOR_SIGNING_KEY_FILE is not set: the operator's private JWK")
    caller = ServiceCaller(name=name, scopes=scopes)
    return Signer("operator", file(key_file)).sign("service", caller, now=_clock().now(), lasts=lasts)


def _import_designations(options: argparse.Namespace) -> int:
    """As RabbitMQ's user ``registries``."""
    from chassis.logs import set_up
    from chassis.rpc import RpcClient
    from services.delegation import registry_file

    try:
        lines = registry_file.read(options.file)
    except registry_file.FileInvalid as error:
        raise WrongArgument(f"{options.file}: {error}") from error
    except OSError as error:
        raise WrongArgument(f"{options.file} cannot be read ({type(error).__name__})") from error
    token = _sign_token("registries", registry_file.SCOPES, timedelta(days=1))
    set_up(level="error", form="console")
    with RpcClient(_broker("where the services are called"), "registries") as rpc:
        return 0 if registry_file.tell(lines, rpc, token, _say) else 1


def _broker(what_for: str) -> str:
    amqp_uri = os.environ.get("AMQP_URI")
    if not amqp_uri:
        raise SettingError(f"AMQP_URI is not set: the broker, {what_for}")
    return amqp_uri


def _parked(options: argparse.Namespace) -> int:
    """Reactions that were given up, from the table, and messages that could not be read, from the parking queue."""
    from chassis.database import connect
    from chassis.inbox import parked

    name, wanted = options.name, options.event_id
    if options.verb != "list" and not wanted:
        raise WrongArgument(f"parked {options.verb} needs the id that `parked list {name}` shows")
    engine = connect(_database_url(name), pool=1, name=f"{name} operator")
    amqp_uri = _broker("where unreadable messages are parked")

    def change(in_table: Callable[..., parked.Rows], in_queue: Callable[..., parked.Rows]) -> parked.Rows:
        by = _operator(name)
        rows = in_table(engine, wanted, by=by)
        if not rows and (rows := in_queue(amqp_uri, name, wanted)):
            # The broker has no part in a transaction of ours.
            with engine.begin() as connection:
                by.record(connection, in_queue.__name__, subject=f"message:{wanted}")
        return rows

    rows = {
        "list": lambda: parked.list_parked(engine) + parked.list_unreadable(amqp_uri, name),
        "show": lambda: parked.show_parked(engine, wanted) or parked.show_unreadable(amqp_uri, name, wanted),
        "replay": lambda: change(parked.replay_parked, parked.replay_unreadable),
        "drop": lambda: change(parked.drop_parked, parked.drop_unreadable),
    }[options.verb]()
    for row in rows:
        _say(json.dumps(row, ensure_ascii=False, default=str))
    if not rows and options.verb != "list":
        print(f"nothing is parked by the id {wanted}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _republish(options: argparse.Namespace) -> int:
    from chassis.operations import republish

    service = service_of(options.name)
    states = importlib.import_module(f"services.{options.name}.queries").states
    count = republish(service, states)
    _say(f"{options.name}: {count} states will be announced again")
    return 0


def _raise_epoch(options: argparse.Namespace) -> int:
    from chassis.database import connect
    from chassis.operations import raise_epoch

    engine = connect(_database_url(options.name), pool=1, name=f"{options.name} operator")
    _say(f"{options.name}: epoch {raise_epoch(engine, by=_operator(options.name))}")
    return 0


def _means(options: argparse.Namespace) -> int:
    from services.identity import operate

    if options.verb == "list":
        return operate.list_means(_say)
    if options.means not in operate.MEANS:
        raise WrongArgument(f"means {options.verb} needs one of {', '.join(operate.MEANS)}")
    return operate.set_means(options.means, available=options.verb == "open", say=_say)


def _reseal_numbers(options: argparse.Namespace) -> int:
    from services.identity import operate

    return operate.reseal_numbers(_say)


def _audit(options: argparse.Namespace) -> int:
    from chassis.audit import KeysUnusable, list_heads, verify
    from chassis.database import connect

    engine = connect(_database_url(options.name), pool=1, name=f"{options.name} operator")
    if options.verb == "heads":
        for statement in list_heads(engine):
            _say(statement)
        return 0
    keys_file = os.environ.get("AUDIT_KEYS_FILE")
    if not keys_file:
        raise SettingError("AUDIT_KEYS_FILE is not set: public keys of the audit trails, {service: JWKS}")
    kept = _read("--heads", options.heads).split() if options.heads else []
    try:
        verdict = verify(engine, service=options.name, keys_file=Path(keys_file), kept_heads=kept, now=_clock().now())
    except KeysUnusable as error:
        raise SettingError(f"AUDIT_KEYS_FILE: {error}") from error
    for fault in verdict.faults:
        _say(fault)
    _say(
        f"{options.name}: {verdict.acts} acts, {verdict.erased} of them erased, {verdict.unsealed} not sealed yet; "
        f"{verdict.heads} heads; {len(verdict.faults)} faults"
    )
    return 3 if verdict.faults else 0


def _read(argument: str, path: str) -> str:
    try:
        return Path(path).read_text()
    except (OSError, UnicodeError) as error:
        raise WrongArgument(f"{argument}: {path} cannot be read ({type(error).__name__})") from error


def _clock() -> Clock:
    """Moved by ``NOW``, as that of the services is."""
    now = os.environ.get("NOW")
    return Clock(instant(now) if now else None)


def _say(line: str) -> None:
    print(line)  # noqa: T201
