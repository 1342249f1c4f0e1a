"""What ``python -m services`` can do."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from chassis.settings import SettingError
from services.cli import acts
from services.cli.surroundings import WrongArgument, complain

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
        return complain(f"setting: {error}", 2)
    except WrongArgument as error:
        return complain(str(error), 2)
    except Exception as error:
        if (sentence := _who_is_away(error)) is None:
            raise
        return complain(sentence, 1)


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    run = verbs.add_parser("run", help="run services in this process until SIGTERM")
    run.add_argument("names", nargs="+", choices=NAMES, metavar="NAME")
    run.set_defaults(act=acts.run)

    migrate = verbs.add_parser("migrate", help="bring the databases of services to the newest revision")
    migrate.add_argument("names", nargs="+", choices=WITH_DATABASE, metavar="NAME")
    migrate.set_defaults(act=acts.migrate)

    publish = verbs.add_parser("publish-procedures", help="publish services/dossiers/procedures as immutable versions")
    publish.set_defaults(act=acts.publish_procedures)

    imports = verbs.add_parser("import-enterprises", help="take in a set of the Crossroads Bank's open data")
    imports.add_argument("directory", type=Path, metavar="DIRECTORY", help="of its CSV files, unpacked")
    however_many = "of the enterprises and codes it strikes off or empties"
    imports.add_argument("--however-many", action="store_true", help=however_many)
    imports.set_defaults(act=acts.import_enterprises)

    settings = verbs.add_parser("settings", help="the environment variables of a service")
    settings.add_argument("name", choices=NAMES, metavar="NAME")
    settings.set_defaults(act=acts.settings)

    token = verbs.add_parser("token", help="sign a service statement with OPERATOR_SIGNING_KEY_FILE and print it")
    token.add_argument("name", help="of the service that calls")
    token.add_argument("--scope", action="append", required=True, metavar="SCOPE", help="may be given again")
    token.add_argument("--days", type=_days, default=90, help=f"it is good for, up to {LONGEST_TOKEN}")
    token.set_defaults(act=acts.token)

    designations = verbs.add_parser(
        "import-designations", help="tell the services, over RPC, whom a file of CSAM's registry names"
    )
    designations.add_argument("file", type=Path, help="CSV or JSON: see docs/operations.md")
    designations.set_defaults(act=acts.import_designations)

    parked = verbs.add_parser("parked", help="what could not be reacted to")
    parked.add_argument("verb", choices=("list", "show", "replay", "drop"))
    parked.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    parked.add_argument("event_id", nargs="?")
    parked.set_defaults(act=acts.parked)

    republish = verbs.add_parser("republish", help="announce all current states again")
    republish.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    republish.set_defaults(act=acts.republish)

    epoch = verbs.add_parser(
        "raise-epoch", help="after restoring a database from a backup, before starting its service"
    )
    epoch.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    epoch.set_defaults(act=acts.raise_epoch)

    means = verbs.add_parser("means", help="means of sign-in: what may be used now")
    means.add_argument("verb", choices=("list", "open", "close"))
    means.add_argument("means", nargs="?", metavar="MEANS")
    means.set_defaults(act=acts.means)

    reseal = verbs.add_parser("reseal-numbers", help="bring all national numbers under the current key of the ring")
    reseal.set_defaults(act=acts.reseal_numbers)

    audit = verbs.add_parser("audit", help="the audit trail: verify it, or show its signed heads, to be kept elsewhere")
    audit.add_argument("verb", choices=("verify", "heads"))
    audit.add_argument("name", choices=WITH_DATABASE, metavar="NAME")
    audit.add_argument("--heads", help="a file of heads that were kept elsewhere, one on a line")
    audit.set_defaults(act=acts.audit)
    return parser


def _days(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= LONGEST_TOKEN):
        raise argparse.ArgumentTypeError(f"from 1 to {LONGEST_TOKEN} days")
    return int(text)
