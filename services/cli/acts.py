"""The commands themselves; what is heavy is imported by the one that needs it."""

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

from chassis.settings import SettingError, file
from services.cli.surroundings import (
    WrongArgument,
    broker,
    clock,
    complain,
    database_url,
    operator,
    read,
    say,
    service_of,
)


def run(options: argparse.Namespace) -> int:
    # Nothing that is imported is garbage.
    gc.disable()
    from chassis.launcher import run

    services = [service_of(name) for name in options.names]
    gc.enable()
    return run(services)


def migrate(options: argparse.Namespace) -> int:
    from chassis.migrate import upgrade

    for name in options.names:
        applied = upgrade(name, database_url(name))
        say(f"{name}: {', '.join(applied) or 'nothing to do'}")
    return 0


def publish_procedures(options: argparse.Namespace) -> int:
    from services.dossiers.publish import publish_procedures

    return publish_procedures(database_url("dossiers"), by=operator("dossiers"))


def import_enterprises(options: argparse.Namespace) -> int:
    from services.delegation import operate

    return operate.import_enterprises(
        options.directory, however_many=options.however_many, say=say, complain=lambda sentence: complain(sentence, 1)
    )


def settings(options: argparse.Namespace) -> int:
    for variable, field in service_of(options.name).settings_class.variables().items():
        default = "required" if field.default is dataclasses.MISSING else f"default: {field.default}"
        say(f"{variable:<40} {field.metadata['help']} ({default}{', secret' if field.metadata['secret'] else ''})")
    return 0


def token(options: argparse.Namespace) -> int:
    say(_sign_token(options.name, options.scope, timedelta(days=options.days)))
    return 0


def _sign_token(name: str, scopes: list[str], lasts: timedelta) -> str:
    from chassis.statements import ServiceCaller, Signer

    key_file = os.environ.get("OPERATOR_SIGNING_KEY_FILE")
    if not key_file:
        raise SettingError("OPERATOR_SIGNING_KEY_FILE is not set: the operator's private JWK")
    caller = ServiceCaller(name=name, scopes=scopes)
    return Signer("operator", file(key_file)).sign("service", caller, now=clock().now(), lasts=lasts)


def import_designations(options: argparse.Namespace) -> int:
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
    with RpcClient(broker("where the services are called"), "registries") as rpc:
        try:
            return 0 if registry_file.tell(lines, rpc, token, say) else 1
        except registry_file.Away as away:
            return complain(str(away), 1)


def parked(options: argparse.Namespace) -> int:
    """Reactions that were given up, from the table, and messages that could not be read, from the parking queue."""
    from chassis.database import connect
    from chassis.inbox import parked

    name, wanted = options.name, options.event_id
    if options.verb != "list" and not wanted:
        raise WrongArgument(f"parked {options.verb} needs the id that `parked list {name}` shows")
    engine = connect(database_url(name), pool=1, name=f"{name} operator")
    amqp_uri = broker("where unreadable messages are parked")

    def change(in_table: Callable[..., parked.Rows], in_queue: Callable[..., parked.Rows]) -> parked.Rows:
        by = operator(name)
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
        say(json.dumps(row, ensure_ascii=False, default=str))
    if not rows and options.verb != "list":
        print(f"nothing is parked by the id {wanted}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def republish(options: argparse.Namespace) -> int:
    from chassis.operations import republish

    service = service_of(options.name)
    states = importlib.import_module(f"services.{options.name}.queries").states
    count = republish(service, states)
    say(f"{options.name}: {count} states will be announced again")
    return 0


def raise_epoch(options: argparse.Namespace) -> int:
    from chassis.database import connect
    from chassis.operations import raise_epoch

    engine = connect(database_url(options.name), pool=1, name=f"{options.name} operator")
    say(f"{options.name}: epoch {raise_epoch(engine, by=operator(options.name))}")
    return 0


def means(options: argparse.Namespace) -> int:
    from services.identity import operate

    if options.verb == "list":
        return operate.list_means(say)
    if options.means not in operate.MEANS:
        raise WrongArgument(f"means {options.verb} needs one of {', '.join(operate.MEANS)}")
    return operate.set_means(options.means, available=options.verb == "open", say=say)


def reseal_numbers(options: argparse.Namespace) -> int:
    from services.identity import operate

    return operate.reseal_numbers(say)


def audit(options: argparse.Namespace) -> int:
    from chassis.audit import KeysUnusable, list_heads, verify
    from chassis.database import connect

    engine = connect(database_url(options.name), pool=1, name=f"{options.name} operator")
    if options.verb == "heads":
        for statement in list_heads(engine):
            say(statement)
        return 0
    keys_file = os.environ.get("AUDIT_KEYS_FILE")
    if not keys_file:
        raise SettingError("AUDIT_KEYS_FILE is not set: public keys of the audit trails, {service: JWKS}")
    kept = read("--heads", options.heads).split() if options.heads else []
    try:
        verdict = verify(engine, service=options.name, keys_file=Path(keys_file), kept_heads=kept, now=clock().now())
    except KeysUnusable as error:
        raise SettingError(f"AUDIT_KEYS_FILE: {error}") from error
    for fault in verdict.faults:
        say(fault)
    say(
        f"{options.name}: {verdict.acts} acts, {verdict.erased} of them erased, {verdict.unsealed} not sealed yet; "
        f"{verdict.heads} heads; {len(verdict.faults)} faults"
    )
    return 3 if verdict.faults else 0
