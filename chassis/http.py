"""HTTP: health, metrics and the ``@http`` doors on the service's port; a whole WSGI application for the portal.

A stop closes the listening socket first, lets the requests that were begun finish, then closes idle connections.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import eventlet
import eventlet.wsgi
import sqlalchemy as sa
from eventlet.event import Event
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from chassis.logs import log
from chassis.metrics import HTTP_DURATION, HTTP_REQUESTS, exposition, method_label
from chassis.settings import DatabaseSettings
from contracts.errors import (
    InternalError,
    NotFound,
    PermissionMissing,
    Refusal,
    StatementMissing,
    Unavailable,
)

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]

_STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    PermissionMissing: 403,
    StatementMissing: 401,
    Unavailable: 503,
    InternalError: 500,
}


def problem(refusal: Refusal, status: int | None = None) -> Response:
    """A refusal as problem details (RFC 9457)."""
    code = status or _STATUS.get(type(refusal), 422)
    body = {
        "type": f"urn:mon-espace:problem:{refusal.code}",
        "title": refusal.sentence,
        "status": code,
        **refusal.details,
    }
    told = json.dumps(body, ensure_ascii=False, default=str)
    response = Response(told, code, content_type="application/problem+json")
    if code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


class Listener:
    """One WSGI application on one address."""

    def __init__(self, app: WsgiApp, host: str, port: int, drain_seconds: float) -> None:
        self._app = app
        self._address = (host, port)
        self._drain_seconds = drain_seconds
        self._server: Any = None

    def start(self) -> None:
        socket = eventlet.listen(self._address, reuse_port=False, backlog=256)
        self._server = eventlet.spawn(
            eventlet.wsgi.server, socket, self._app, log_output=False, debug=False, socket_timeout=60, keepalive=True
        )

    def stop(self) -> None:
        # Killing the accept loop makes eventlet close idle connections and wait for the busy ones.
        stopping = eventlet.spawn(self._server.kill)
        with eventlet.Timeout(self._drain_seconds, False):
            stopping.wait()


class HttpListener(SharedExtension):
    """The service's own port."""

    def __init__(self) -> None:
        super().__init__()
        self._doors: dict[str, HttpEntrypoint] = {}
        self._listener: Listener | None = None

    def add(self, door: HttpEntrypoint) -> None:
        self._doors[door.method_name] = door

    def start(self) -> None:
        self.runtime = self.container.service_cls.runtime
        settings = self.runtime.settings
        rules = [Rule(door.path, methods=[door.verb], endpoint=name) for name, door in self._doors.items()]
        self._map = Map(
            [*rules, *(Rule(f"/{name}", endpoint=f"/{name}") for name in ("metrics", "health/live", "health/ready"))]
        )
        self._listener = Listener(self._serve, settings.http_host, settings.http_port, settings.drain_seconds)
        self._listener.start()

    def stop(self) -> None:
        if self._listener:
            self._listener.stop()

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        began, name = time.perf_counter(), "none"
        response: Response | HTTPException
        try:
            name, values = self._map.bind_to_environ(environ).match()
            response = self._answer(name, request, values)
        except HTTPException as error:
            response = error
        except Refusal as refusal:
            response = problem(refusal)
        except Exception:
            log.exception("http_door_failed", door=name)
            response = problem(InternalError())
        status = response.code if isinstance(response, HTTPException) else response.status_code
        HTTP_REQUESTS.labels(self.runtime.name, name, method_label(request.method), str(status)).inc()
        HTTP_DURATION.labels(self.runtime.name, name).observe(time.perf_counter() - began)
        return response(environ, start_response)

    def _answer(self, name: str, request: Request, values: Mapping[str, Any]) -> Response:
        if name == "/metrics":
            body, content_type = exposition()
            return Response(body, content_type=content_type)
        if name == "/health/live":
            return _json({"alive": True}, 200)
        if name == "/health/ready":
            return self._readiness()
        return self._doors[name].answer(request, values)

    def _readiness(self) -> Response:
        away = dict(self.runtime.away)
        # The portal has no database: it stays ready to say which part is away.
        needs_all = isinstance(self.runtime.settings, DatabaseSettings)
        if needs_all:
            try:
                with eventlet.Timeout(3), self.runtime.engine.connect() as connection:
                    connection.execute(sa.text("SELECT 1"))
            except (sa.exc.SQLAlchemyError, eventlet.Timeout) as error:
                away["database"] = type(error).__name__
        return _json({"ready": not (away and needs_all), "away": away}, 503 if away and needs_all else 200)


class HttpServer(DependencyProvider):
    """Opens the service's port even where it has no HTTP door of its own."""

    listener = HttpListener()


class HttpEntrypoint(Entrypoint):
    listener = HttpListener()

    def __init__(self, verb: str, path: str) -> None:
        super().__init__()
        self.verb = verb
        self.path = path

    def setup(self) -> None:
        self.listener.add(self)

    def answer(self, request: Request, values: Mapping[str, Any]) -> Response:
        """Run the door as one of the service's workers, so that a stop waits for it."""
        done = Event()

        def ended(context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            if exc_info:
                done.send_exception(exc_info[1])
            else:
                done.send(result)
            return result, exc_info

        try:
            self.container.spawn_worker(self, (request,), dict(values), handle_result=ended)
        except ContainerBeingKilled as stopping:
            raise Unavailable(part=self.container.service_name) from stopping
        response: Response = done.wait()
        return response


class WsgiServer(DependencyProvider):
    """A WSGI application on an address of its own: ``build(runtime) -> (app, host, port)``."""

    def __init__(self, build: Callable[[Any], tuple[WsgiApp, str, int]]) -> None:
        super().__init__()
        self._build = build
        self._listener: Listener | None = None

    def start(self) -> None:
        runtime = self.container.service_cls.runtime
        app, host, port = self._build(runtime)
        self._listener = Listener(app, host, port, runtime.settings.drain_seconds)
        self._listener.start()

    def stop(self) -> None:
        if self._listener:
            self._listener.stop()


def _json(body: dict[str, Any], status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
