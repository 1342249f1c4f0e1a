"""The browser's cookie: small enough that no browser throws it away, and the person's session with it."""

from __future__ import annotations

from flask import Flask, Response, current_app, session

# Browsers take 4096 octets, name and attributes included.
LARGEST = 3800
# What can be done without, the first first.
DISPENSABLE = ("_flashes", "answer", "errors", "wish")


def init_app(app: Flask) -> None:
    app.after_request(_keep_small)


def _keep_small(response: Response) -> Response:
    if session.modified:
        for name in DISPENSABLE:
            if _size() <= LARGEST:
                break
            session.pop(name, None)
    return response


def _size() -> int:
    serializer = current_app.session_interface.get_signing_serializer(current_app)  # type: ignore[attr-defined]
    return len(serializer.dumps(dict(session)))
