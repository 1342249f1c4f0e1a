"""May she? In process and over RPC, of ten thousand mandates and of a million, beside pycasbin and Cerbos."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bench import calls, chassis, figures, peers, results
from bench.calls import AT_ONCE
from bench.check import cerbos, town
from bench.ground import Ground
from bench.profile import Profile, record
from bench.programs import Program, Server, ask
from bench.results import Result
from bench.rounds import Options, take_turns
from chassis.statements import ServiceCaller, Signer

FEW, MANY = "10 k", "1 M"
DELEGATION, DOSSIERS = "delegation's mandates", "dossiers' read model"
SERVICES = {DELEGATION: "delegation", DOSSIERS: "dossiers"}
INSIDE = [f"{what}, {size}" for what in SERVICES for size in (FEW, MANY)]

SAYS = [
    "A thousand questions about mandates picked by chance, one after the other: who, for which enterprise, what, some "
    "in a category of procedures or for an establishment. All parties are asked the same ones of the same mandates and "
    "must agree (pycasbin's plain enforcer: on the first twenty), else nothing is written down.",
    "**In process**: ours reads the mandates from PostgreSQL for each question, so that what was revoked, or ended at "
    "midnight, allows nothing from then on, and says which mandate allows it or what is missing. *dossiers' read "
    "model* reads all mandates of the person, and knows neither who was struck off nor which establishments there are. "
    "The floor is the same read by psycopg with the rule written by hand, and answers yes or no.",
    "pycasbin holds what was neither revoked nor suspended when it was loaded, ten thousand mandates as one policy "
    "each, and asks no database: what changes later it does not know. Its plain enforcer walks through all policies "
    "for each question; *by key* is its FastEnforcer, which keeps them by person and enterprise: a look-up in memory.",
    "**Over RPC**: ours verifies the caller's statement (signature and scope), checks every argument, counts, and "
    "answers with the mandate or the reason. Cerbos {version} holds no mandates: whoever asks reads them in the same "
    "PostgreSQL by psycopg and sends them along over HTTP, with a connection each for every caller (1 and 20), without "
    "TLS; it authenticates nobody and answers allowed or not. Its caller is one Python process, as ours is; Cerbos "
    "itself may use every processor. The floor is the check by hand behind py-amqp, in one thread, without statements.",
    f"For the cases *{MANY}* the column *floor* is ours with {FEW} mandates. `looks beside the indexes`: into a "
    "table's own pages, in 50 questions.",
]


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    sizes = {FEW: 2_000, MANY: 20_000} if options.quick else {FEW: 10_000, MANY: 1_000_000}
    towns = {name: _Town(ground, name, count) for name, count in sizes.items()}
    inside = take_turns(_inside(ground, options, towns), options.rounds, _summary)
    with cerbos.serving(ground.directory) as (url, _):
        called = take_turns(_over_rpc(ground, options, towns, url), options.rounds, calls.summary)
    require_agreement(inside | called)
    plans = {(what, size): towns[size].plan(ground, what) for what in SERVICES for size in towns}
    profiles = [_profile(ground, towns[FEW])] if options.profile else []
    told = {
        "says": [sentence.replace("{version}", cerbos.version()) for sentence in SAYS],
        "tables": {"Plans, and the most pages of 8 kB that one question touched": _shown(plans)},
        "profiles": [profile.as_json() for profile in profiles],
    }
    return results_of(inside, called, plans), told


class _Town:
    """So many mandates in delegation's database, the same in dossiers', and the questions."""

    def __init__(self, ground: Ground, name: str, count: int) -> None:
        began, key = time.monotonic(), "check_" + name.replace(" ", "").lower()
        self.urls = {
            service: chassis.migrated_database(ground, f"{key}_{service}", service) for service in SERVICES.values()
        }
        town.fill(self.urls["delegation"], self.urls["dossiers"], count)
        file = ground.directory / f"{key}.json"
        town.pick(self.urls["delegation"], file)
        self.questions = str(file)
        print(f"  {count:,} mandates, made in {time.monotonic() - began:.0f} s", flush=True)

    def inside(self, ground: Ground, what: str, seconds: float) -> Any:
        return self._ask(ground, what, SERVICES[what], seconds=seconds)

    def plan(self, ground: Ground, what: str) -> Any:
        return self._ask(ground, what, "plan", service=SERVICES[what])

    def _ask(self, ground: Ground, what: str, verb: str, **settings: Any) -> Any:
        environment, _ = chassis.environment(ground, "BENCH", self.urls[SERVICES[what]])
        settings |= {"questions": self.questions}
        return ask(Program(module="bench.check.inside", verb=verb, settings=settings, environment=environment))

    def service(self, ground: Ground) -> Program:
        environment, health = chassis.delegation_environment(ground, self.urls["delegation"])
        return Program(module="bench.command.ours", verb="serve", environment=environment, url=health)


def _inside(ground: Ground, options: Options, towns: dict[str, _Town]) -> dict[str, Callable[[], Any]]:
    few, seconds = towns[FEW], options.seconds
    settings = {"database_url": few.urls["delegation"], "questions": few.questions, "seconds": seconds}
    floor = Program(module="bench.check.floor", verb="check", settings=settings)
    casbin = {
        name: Program(
            module="bench.check.casbin_peer", verb="check", settings=settings | {"by_key": by_key}, python=peers.bring()
        )
        for name, by_key in (("pycasbin", False), ("pycasbin by key", True))
    }
    ours = {
        f"{what}, {size}": partial(there.inside, ground, what, seconds)
        for what in SERVICES
        for size, there in towns.items()
    }
    return {**ours, "floor": partial(ask, floor), **{name: partial(ask, program) for name, program in casbin.items()}}


def _over_rpc(ground: Ground, options: Options, towns: dict[str, _Town], url: str) -> dict[str, Callable[[], Any]]:
    few = towns[FEW]
    asking = {"questions": few.questions, "seconds": options.seconds, "count": AT_ONCE}
    at_the_broker = {**asking, "amqp_uri": ground.amqp_uri}
    at_cerbos = {**asking, "url": url, "database_url": few.urls["delegation"]}
    served_by_hand = {"amqp_uri": ground.amqp_uri, "database_url": few.urls["delegation"]}
    floor = Program(module="bench.check.floor", verb="serve", settings=served_by_hand)
    by_hand = Program(module="bench.check.floor", verb="call", settings=at_the_broker)
    # In the peers' environment, as all that is not ours.
    peer = Program(module="bench.check.cerbos_peer", verb="call", settings=at_cerbos, python=peers.bring())
    return {
        "ours": lambda: _served(ground, few.service(ground), _caller(ground, few, options.seconds)),
        MANY: lambda: _served(ground, towns[MANY].service(ground), _caller(ground, towns[MANY], options.seconds)),
        "floor": lambda: _served(ground, floor, by_hand),
        "Cerbos": partial(ask, peer),
    }


def _caller(ground: Ground, there: _Town, seconds: float) -> Program:
    signer = Signer("operator", ground.keys.signing_key_file("operator"))
    caller = ServiceCaller(name="bench", scopes=["delegation.check"])
    settings = {
        "amqp_uri": ground.amqp_uri,
        "service": signer.sign("service", caller, now=datetime.now(UTC), lasts=chassis.LASTS),
        "questions": there.questions,
        "seconds": seconds,
        "count": AT_ONCE,
    }
    return Program(module="bench.check.ours", verb="call", settings=settings)


def _served(ground: Ground, service: Program, caller: Program) -> Any:
    """Each with its service alone: two of one name would share what is asked."""
    server = Server(service, ground.directory / "check-service.log")
    try:
        server.start()
        return ask(caller)
    finally:
        server.stop()


def _profile(ground: Ground, there: _Town) -> Profile:
    server = Server(there.service(ground), ground.directory / "check-service.log")
    try:
        server.start()
        asked = partial(ask, _caller(ground, there, 4.0))
        return record("check, the serving process", server.pid, asked, ground.directory)
    finally:
        server.stop()


def require_agreement(told: dict[str, list[Any]]) -> None:
    """Of all that were asked about the same mandates by the same rule."""
    answers = {name: rounds[0]["answers"] for name, rounds in told.items()}
    for size, others in {FEW: ("floor", "pycasbin", "pycasbin by key", "ours", "Cerbos"), MANY: (MANY,)}.items():
        right = answers[f"{DELEGATION}, {size}"]
        for name in others:
            if not right.startswith(answers[name]):
                raise RuntimeError(f"{name} decides otherwise than ours does in process")


def _summary(told: dict[str, Any]) -> str:
    one = told["one"]
    yes = told["answers"].count("y")
    return (
        f"p50 {figures.percentile(one, 50):8.3f} ms  {_per_second(one):7.0f}/s  yes to {yes} of {len(told['answers'])}"
    )


def _per_second(ms: list[float]) -> float:
    return len(ms) / sum(ms) * 1000


def _shown(plans: dict[tuple[str, str], Any]) -> list[list[str]]:
    rows = [["", "read by", "pages", "looks beside the indexes"]]
    for (what, size), plan in plans.items():
        scans = ", ".join(f"{how} {where}" for where, how in plan["scans"].items())
        rows.append([f"{what}, {size}", scans, str(plan["pages"]), str(plan["heap_fetches"])])
    return rows


def results_of(
    inside: dict[str, list[Any]], called: dict[str, list[Any]], plans: dict[tuple[str, str], Any]
) -> list[Result]:
    row = partial(results.result, "check")
    ms = {name: [answer["one"] for answer in answers] for name, answers in (inside | {MANY: called[MANY]}).items()}
    rates = {name: figures.median_of_rounds(list(map(_per_second, rounds))) for name, rounds in ms.items()}
    pycasbin = {name: rates[name] for name in ("pycasbin", "pycasbin by key")}
    of_rpc = {"ours": called["ours"], "floor": called["floor"], "Cerbos": called["Cerbos"]}
    p50 = partial(figures.percentile_of_rounds, percent=50)
    rows = []
    for what in SERVICES:
        ours, floor = f"{what}, {FEW}", rates["floor"] if what == DELEGATION else None
        rows.append(row(f"in process, {ours}", "checks/s", ours=rates[ours], floor=floor, peers=pycasbin))
        rows += [
            row(
                f"in process, {ours}, p{percent}",
                "ms",
                ours=figures.percentile_of_rounds(ms[ours], percent),
                floor=None,
            )
            for percent in figures.PERCENTILES
        ]
        many = f"{what}, {MANY}"
        rows.append(row(f"in process, {many}, p50", "ms", ours=p50(ms[many]), floor=p50(ms[ours])))
        looks = {size: plans[what, size]["heap_fetches"] for size in (MANY, FEW)}
        rows.append(row(f"looks beside the indexes, {many}", "pages", ours=looks[MANY], floor=looks[FEW]))
    rows += calls.rows("check", of_rpc, how="over RPC, ")
    few = [answer["one"] for answer in called["ours"]]
    rows.append(row(f"over RPC, {MANY}, p50", "ms", ours=p50(ms[MANY]), floor=p50(few)))
    return rows
