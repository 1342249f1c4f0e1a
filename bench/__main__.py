"""``python -m bench [NAME …] [--rounds N] [--quick] [--profile]``: measures, and writes results and document."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
import warnings

# Known, and told in docs/decisions/0002: nameko runs on it.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

# Settles how psycopg waits, which must be known before anything imports it.
import deploy.embedded  # noqa: F401
from bench import circumstances, document, results
from bench.ground import lay_ground
from bench.results import NAMES, module_of
from bench.rounds import Options


def main(arguments: list[str]) -> int:
    """Exit status 0 when all was measured, whether the goals were met or not: the document says so."""
    chosen = _parser().parse_args(arguments)
    options = Options(
        rounds=chosen.rounds or (1 if chosen.quick else 5),
        seconds=1.0 if chosen.quick else 3.0,
        quick=chosen.quick,
        profile=chosen.profile or not chosen.quick,
    )
    load_before = os.getloadavg()[0]
    if load_before > circumstances.BUSY:
        print(f"This machine is busy (load {load_before:.1f}): the figures will say little.", flush=True)
    with lay_ground() as ground:
        for name in chosen.names or NAMES:
            print(f"{name}:", flush=True)
            began = time.monotonic()
            measured, told = importlib.import_module(module_of(name)).measure(ground, options)
            print(document.table(measured), document.aside(told), sep="\n\n", flush=True)
            told |= circumstances.describe(ground, options, load_before=load_before, seconds=time.monotonic() - began)
            if not chosen.quick:
                results.keep_circumstances(name, told)
                document.write(results.keep(measured), results.load_circumstances())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", type=_name, metavar="NAME", help=f"of {', '.join(NAMES)}; all when none")
    parser.add_argument("--rounds", type=int, help="5, or 1 with --quick")
    parser.add_argument("--quick", action="store_true", help="small and short, to try it out; keeps no results")
    parser.add_argument("--profile", action="store_true", help="also with --quick: where the time goes")
    return parser


def _name(text: str) -> str:
    # Not ``choices``: up to Python 3.11 they refuse that none is named.
    if text not in NAMES:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(NAMES)}")
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
