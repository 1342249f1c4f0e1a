"""Arguments of queues: which are valid, and when two declarations ask for the same queue."""

from typing import Any

from deploy.embedded.broker.errors import AmqpError, precondition_failed

MESSAGE_TTL, UNUSED_TTL, MAX_LENGTH = "x-message-ttl", "x-expires", "x-max-length"
DEAD_LETTER_EXCHANGE, DEAD_LETTER_KEY = "x-dead-letter-exchange", "x-dead-letter-routing-key"
REJECT_PUBLISH = "reject-publish"

SMALLEST = {MESSAGE_TTL: 0, UNUSED_TTL: 1, MAX_LENGTH: 0, "x-delivery-limit": -1}
CHOICES = {
    "x-queue-type": ("classic", "quorum"),
    "x-overflow": ("drop-head", REJECT_PUBLISH, "reject-publish-dlx"),
    "x-dead-letter-strategy": ("at-most-once", "at-least-once"),
}
TEXTS = (DEAD_LETTER_EXCHANGE, DEAD_LETTER_KEY)
COMPARED = (*SMALLEST, *CHOICES, *TEXTS)


def check_queue(name: str, *, durable: bool, exclusive: bool, arguments: dict[str, Any]) -> None:
    """Raise the refusal that RabbitMQ has for a queue that cannot be."""
    for argument, value in arguments.items():
        if not _is_valid(argument, value):
            raise precondition_failed(f"invalid arg '{argument}' for queue '{name}' in vhost '/': {value!r}")
    if DEAD_LETTER_KEY in arguments and DEAD_LETTER_EXCHANGE not in arguments:
        raise precondition_failed(
            f"invalid arg '{DEAD_LETTER_KEY}' for queue '{name}' in vhost '/': routing_key_but_no_dlx_defined"
        )
    if arguments.get("x-queue-type") == "quorum" and (exclusive or not durable):
        wrong = "exclusive-owner" if exclusive else "non-durable"
        raise precondition_failed(f"invalid property '{wrong}' for queue '{name}' in vhost '/'")


def check_same(kind: str, name: str, current: dict[str, Any], received: dict[str, Any]) -> None:
    """Raise unless both say the same."""
    for field, value in received.items():
        if value != current[field]:
            raise precondition_failed(
                f"inequivalent arg '{field}' for {kind} '{name}' in vhost '/': "
                f"received {_said(value)} but current is {_said(current[field])}"
            )


def compared(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: arguments.get(name) for name in COMPARED} | {"x-queue-type": arguments.get("x-queue-type", "classic")}


def locked(name: str) -> AmqpError:
    return AmqpError(
        405,
        f"cannot obtain exclusive access to locked queue '{name}' in vhost '/'. It could be originally declared "
        "on another connection or the exclusive property value does not match that of the original declaration.",
    )


def _is_valid(argument: str, value: Any) -> bool:
    if argument in SMALLEST:
        return isinstance(value, int) and not isinstance(value, bool) and SMALLEST[argument] <= value < 2**32
    if argument in CHOICES:
        return value in CHOICES[argument]
    return argument not in TEXTS or isinstance(value, str)


def _said(value: Any) -> str:
    return "none" if value is None else f"'{str(value).lower() if isinstance(value, bool) else value}'"
