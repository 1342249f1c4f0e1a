"""The opening of a connection: who the client is, and what both sides agree on."""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pamqp import base, constants
from pamqp.commands import Connection

from deploy.embedded.broker.errors import AmqpError

PRODUCT = "Mon Espace development broker"
CHANNEL_MAX, FRAME_MAX, HEARTBEAT = 2047, 131072, 60
CAPABILITIES = (
    "publisher_confirms",
    "exchange_exchange_bindings",
    "basic.nack",
    "consumer_cancel_notify",
    "authentication_failure_close",
    "per_consumer_qos",
)

log = logging.getLogger("development broker")


@dataclass
class Terms:
    """`heartbeat` in seconds, 0 for none; `hears_…`: what the client said that it can take."""

    user: str = ""
    frame_max: int = FRAME_MAX
    heartbeat: int = 0
    hears_cancels: bool = False
    hears_refusals: bool = False


class Opening:
    """`expected` is the type of the client's next method; None once the connection is open."""

    def __init__(self, users: Mapping[str, str], terms: Terms) -> None:
        self.users = users
        self.terms = terms
        self.expected: type[base.Frame] | None = Connection.StartOk

    def answer(self, method: base.Frame | None) -> base.Frame | None:
        """What to say to the client's next method; raises AmqpError. None stands for what is not a method."""
        if method is None or type(method) is not self.expected:
            raise AmqpError(503, f"{method.name if method else 'this frame'} is not expected here")
        match method:
            case Connection.StartOk():
                return self._start(method)
            case Connection.TuneOk():
                self._tune(method)
                return None
            case _:
                return self._open(method)

    def _start(self, method: Connection.StartOk) -> Connection.Tune:
        capabilities = (method.client_properties or {}).get("capabilities")
        if isinstance(capabilities, dict):
            self.terms.hears_cancels = capabilities.get("consumer_cancel_notify") is True
            self.terms.hears_refusals = capabilities.get("authentication_failure_close") is True
        self.terms.user = self._authenticated(method)
        self.expected = Connection.TuneOk
        return Connection.Tune(CHANNEL_MAX, FRAME_MAX, HEARTBEAT)

    def _authenticated(self, method: Connection.StartOk) -> str:
        response = method.response.encode() if isinstance(method.response, str) else bytes(method.response)
        _, user, password = [*response.split(b"\0"), b"", b""][:3]
        known = self.users.get(user.decode(errors="replace"))
        if method.mechanism != "PLAIN" or known is None or not hmac.compare_digest(known.encode(), password):
            log.warning("refused a login")
            raise AmqpError(403, f"Login was refused using authentication mechanism {method.mechanism}.")
        return user.decode()

    def _tune(self, method: Connection.TuneOk) -> None:
        if not constants.FRAME_MIN_SIZE <= method.frame_max <= FRAME_MAX:
            raise AmqpError(530, f"negotiated frame_max = {method.frame_max} is not between 4096 and {FRAME_MAX}")
        if not 0 < method.channel_max <= CHANNEL_MAX:
            raise AmqpError(530, f"negotiated channel_max = {method.channel_max} is not between 1 and {CHANNEL_MAX}")
        self.terms.frame_max = method.frame_max
        self.terms.heartbeat = method.heartbeat
        self.expected = Connection.Open

    def _open(self, method: Any) -> Connection.OpenOk:
        self.expected = None
        if method.virtual_host != "/":
            raise AmqpError(530, f"vhost {method.virtual_host} not found")
        return Connection.OpenOk()


def start() -> Connection.Start:
    """The broker's first word."""
    properties: dict[str, Any] = {
        "product": PRODUCT,
        "platform": "Python, for development only",
        "version": "0",
        "capabilities": dict.fromkeys(CAPABILITIES, True),
    }
    return Connection.Start(0, 9, properties, "PLAIN", "en_US")
