"""Messages in the portal: the same that went by e-mail."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from contracts.errors import NotFound
from services.portal import wishes
from services.portal.forms import command_id
from services.portal.neighbours import neighbours
from services.portal.pages.message_words import tell
from services.portal.visitors import signed_in

pages = Blueprint("messages", __name__)


@pages.get("/messages")
@signed_in
def list_messages() -> str:
    messages = neighbours().notifications().list_messages()
    return render_template("messages/list.html", messages=messages, tell=tell)


@pages.post("/messages/<uuid:message_id>")
@signed_in
def mark_read(message_id: UUID) -> Response:
    """Reading a message is following it."""
    notifications = neighbours().notifications()
    link = next((message.link for message in notifications.list_messages() if message.message_id == message_id), None)
    if link is None:
        raise NotFound()
    notifications.mark_read(message_id=message_id, command_id=command_id())
    return redirect(wishes.local_path(link) or url_for("messages.list_messages"), 303)
