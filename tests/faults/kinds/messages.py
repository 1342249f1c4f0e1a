"""Messages that no service of ours would send: malformed, forged, too large; and good ones again, or out of order."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from typing import Literal

import amqp

from chassis.bus import LOST
from tests.faults.brokers import ADMINISTRATOR
from tests.faults.kinds.parcels import PUBLISHERS, Parcel, channel_of, publish, send, some_told
from tests.faults.ledger import Forgery, Ledger
from tests.faults.reconciling.events import LISTENERS
from tests.faults.schedule import Kind, Plan, Steps
from tests.faults.town import Town

# More than the inbox reads.
TOO_LARGE = (1 << 20) + 1
# What fits, with a field that no listener knows.
LARGE = 900_000
AT_MOST = 50
NEEDS = frozenset({"RabbitMQ", "PostgreSQL"})


def malformed(parcel: Parcel, chance: random.Random) -> None:
    match chance.randrange(5):
        case 0:
            parcel.body = chance.choice((b"\xff\x00 not JSON", b"[]", b"{}", b""))
        case 1:
            parcel.body = parcel.body[: len(parcel.body) // 2]
        case 2:
            parcel.body = json.dumps({**json.loads(parcel.body), "occurred_at": "\u0000"}).encode()
        case 3:
            parcel.properties["message_id"] = "not a UUID"
        case 4:
            parcel.headers["subject_version"] = "first"


def too_large(parcel: Parcel, chance: random.Random) -> None:
    parcel.body = json.dumps({**json.loads(parcel.body), "padding": "x" * TOO_LARGE}).encode()


def of_a_stranger(parcel: Parcel, chance: random.Random) -> None:
    """By somebody who may write everywhere and is not the owner of the exchange; or who does not say who he is."""
    parcel.sender = ADMINISTRATOR
    if chance.random() < 0.5:
        parcel.properties["user_id"] = ADMINISTRATOR
    else:
        del parcel.properties["user_id"]


Spoil = Callable[[Parcel, random.Random], None]


def send_spoilt(kind: str, spoil: Spoil) -> Kind:
    """It must be parked by each who listens."""

    def plan(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
        def steps() -> Steps:
            for parcel in (yield from some_told(town, chance, chance.randrange(1, 4))):
                marker = str(uuid.uuid4())
                parcel.headers["marker"] = marker
                parcel.properties["message_id"] = str(uuid.uuid4())
                spoil(parcel, chance)
                forgeries = [
                    Forgery(marker=marker, service=listener, kind=kind)
                    for listener in LISTENERS[parcel.publisher, parcel.type]
                ]
                ledger.forgeries += forgeries
                if send(town, parcel):
                    for forgery in forgeries:
                        forgery.is_sent = True
            yield 0.0

        return Plan(kind=kind, target="messages", needs=NEEDS, steps=steps)

    return plan


def in_anothers_name(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """RabbitMQ itself refuses: a wrong user_id, and an exchange of another's."""

    def steps() -> Steps:
        for parcel in (yield from some_told(town, chance, 2)):
            liar = chance.choice([user for user in (*PUBLISHERS, "portal") if user != parcel.publisher])
            if chance.random() < 0.5:
                parcel.sender = liar
                refusal: type[amqp.AMQPError] = amqp.AccessRefused
            else:
                parcel.properties["user_id"] = liar
                refusal = amqp.PreconditionFailed
            while (outcome := _outcome_of(town, parcel, refusal)) == "lost":
                yield 1.0
            ledger.count(f"{outcome} by RabbitMQ")
            if outcome == "taken":
                ledger.note_wrong(f"RabbitMQ let {parcel.sender} send {parcel.type} as {parcel.properties['user_id']}")

    return Plan(kind="false name", target="messages", needs=NEEDS, steps=steps)


def _outcome_of(town: Town, parcel: Parcel, refusal: type[amqp.AMQPError]) -> Literal["refused", "lost", "taken"]:
    try:
        with channel_of(town, parcel.sender) as channel:
            publish(channel, parcel)
    except refusal:
        return "refused"
    except LOST:
        return "lost"
    return "taken"


def again(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """What was heard before, with the same ids: nothing may come of it."""

    def steps() -> Steps:
        send(town, *(yield from some_told(town, chance, AT_MOST)))
        yield 0.0

    return Plan(kind="duplicates", target="messages", needs=NEEDS, steps=steps)


def out_of_order(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """Old states, told again after newer ones, some of them very large: no read model may go back to them."""

    def steps() -> Steps:
        parcels = yield from some_told(town, chance, AT_MOST)
        for parcel in parcels:
            event_id = uuid.uuid4()
            ledger.told_by_rig.add(event_id)
            parcel.properties["message_id"] = str(event_id)
            parcel.headers["republished"] = True
            if chance.random() < 0.1:
                parcel.body = json.dumps({**json.loads(parcel.body), "padding": "x" * LARGE}).encode()
        if send(town, *parcels):
            for parcel in parcels:
                ledger.taken_from_rig[uuid.UUID(parcel.properties["message_id"])] = parcel.publisher, parcel.type
        yield 0.0

    return Plan(kind="out of order", target="messages", needs=NEEDS, steps=steps)


KINDS: list[Kind] = [
    send_spoilt("malformed", malformed),
    send_spoilt("very large", too_large),
    send_spoilt("of a stranger", of_a_stranger),
    in_anothers_name,
    again,
    out_of_order,
]
