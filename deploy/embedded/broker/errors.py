"""Refusals of AMQP 0-9-1: a code, RabbitMQ's name for it, and what was wrong."""

NAMES = {
    320: "CONNECTION_FORCED",
    403: "ACCESS_REFUSED",
    404: "NOT_FOUND",
    405: "RESOURCE_LOCKED",
    406: "PRECONDITION_FAILED",
    501: "FRAME_ERROR",
    502: "SYNTAX_ERROR",
    503: "COMMAND_INVALID",
    504: "CHANNEL_ERROR",
    505: "UNEXPECTED_FRAME",
    530: "NOT_ALLOWED",
    540: "NOT_IMPLEMENTED",
}
CLOSES_ONLY_THE_CHANNEL = {403, 404, 405, 406}
LONGEST_TEXT = 255


class AmqpError(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{NAMES[code]} - {reason}")
        self.code = code

    @property
    def text(self) -> str:
        """As it fits a short string: no more than 255 bytes of UTF-8."""
        return str(self).encode()[:LONGEST_TEXT].decode(errors="ignore")

    @property
    def closes_connection(self) -> bool:
        return self.code not in CLOSES_ONLY_THE_CHANNEL


def not_found(kind: str, name: str) -> AmqpError:
    return AmqpError(404, f"no {kind} '{name}' in vhost '/'")


def precondition_failed(reason: str) -> AmqpError:
    return AmqpError(406, reason)
