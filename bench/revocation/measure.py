"""How long a session that was ended goes on to be believed, and a mandate that was revoked, while all are busy."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bench import figures, results
from bench.chassis import person_statement
from bench.ground import Ground
from bench.idle.measure import surroundings
from bench.programs import Program, Server, ask
from bench.results import Result
from bench.revocation.people import sign_in
from bench.rounds import Options, take_turns
from deploy.embedded.environment import WITH_DATABASE, Surroundings, environment_of
from deploy.embedded.ports import free_port

SAYS = [
    "Every service twice, each pair on one database. Ten callers ask all services without pause, and meanwhile people "
    "sign out, one after the other. For each of them and each service: the time from the answer that her session has "
    "ended to the last call with her statement that was still answered, though the statement is good for minutes. She "
    "tries without pause, until twenty calls in a row were refused: they go to both replicas.",
    "Then an access manager takes back roles, one after the other. Who lost hers asks for a decision to submit, which "
    "is refused at once (else the measurement says a minute), and lists the enterprise's dossiers without pause: the "
    "time from the answer that her mandate is revoked to the last list that she got, before twenty refusals in a row.",
    "There is no floor: what is measured are promises (10 s, and 2 s for mandates), not costs.",
]
REPLICAS = 2
CALLERS = 10
ENDED_A_SECOND = 10
WORST = 100
HOLDERS = 10
ATELIERS = "0403019261"


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    around = surroundings(ground)
    with ExitStack() as until_the_end:
        for replica in range(REPLICAS):
            for service in WITH_DATABASE:
                program = _service(around, service)
                server = Server(program, ground.directory / f"revocation-{service}-{replica}.log")
                until_the_end.callback(server.stop)
                server.start()
        told = take_turns({"ours": partial(_ask, ground, around, options)}, options.rounds, _summary)["ours"]
    return results_of(told), {"says": SAYS}


def _service(around: Surroundings, service: str) -> Program:
    environment = environment_of(service, around, now=datetime.now(UTC))
    port = free_port()
    return Program(
        module="services",
        verb="run",
        word=service,
        environment=environment | {f"{service.upper()}_HTTP_PORT": str(port)},
        url=f"http://127.0.0.1:{port}",
    )


def _ask(ground: Ground, around: Surroundings, options: Options) -> Any:
    count = CALLERS + 1 + HOLDERS + round(options.seconds * ENDED_A_SECOND)
    people = sign_in(around.database_urls["identity"], count=count)
    settings = {
        "amqp_uri": ground.amqp_uri,
        "portal": ground.keys.token_file("portal", now=datetime.now(UTC)).read_text(),
        "registries": ground.keys.token_file("registries", now=datetime.now(UTC)).read_text(),
        "tokens": [token for _, token in people],
        "callers": CALLERS,
        "holders": [person_statement(ground, person_id) for person_id, _ in people[CALLERS + 1 :][:HOLDERS]],
        "bce_number": ATELIERS,
    }
    return ask(Program(module="bench.revocation.callers", verb="call", settings=settings))


def _summary(told: dict[str, Any]) -> str:
    worst = max(max(ms) for ms in told["ms"].values())
    return (
        f"{told['ended']} sessions ended beside {told['per_second']:.0f} calls/s; believed for {worst:.0f} ms at most; "
        f"{len(told['mandates_ms'])} mandates, for {max(told['mandates_ms']):.0f} ms, {told['acts_after']} acts after"
    )


def results_of(told: list[dict[str, Any]]) -> list[Result]:
    return [
        results.result(
            "revocation",
            f"{service}, {name}",
            "ms",
            ours=figures.percentile_of_rounds([answer["ms"][service] for answer in told], percent),
            floor=None,
        )
        for service in WITH_DATABASE
        for name, percent in (("p50", 50), ("worst", WORST))
    ] + [
        results.result(
            "revocation",
            f"dossiers, mandate, {name}",
            "ms",
            ours=figures.percentile_of_rounds([answer["mandates_ms"] for answer in told], percent),
            floor=None,
        )
        for name, percent in (("p50", 50), ("worst", WORST))
    ]
