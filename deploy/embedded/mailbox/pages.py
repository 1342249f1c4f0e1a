"""The mails in a browser, without JavaScript, and as JSON."""

from __future__ import annotations

import re

from flask import Flask, Response, abort, jsonify, render_template, request
from markupsafe import Markup, escape

from chassis.clock import BRUSSELS
from deploy.embedded.mailbox.store import Mail, MailStore

# A mail is shown as it came, but it may fetch nothing and run nothing.
ONLY_ITSELF = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
# Its links leave the frame: the portal refuses to be shown inside another page.
LEAVE_THE_FRAME = '<base target="_top">'


def build_app(store: MailStore) -> Flask:
    app = Flask(__name__)
    app.jinja_env.filters["links"] = _links
    app.jinja_env.filters["when"] = lambda mail: mail.received_at.astimezone(BRUSSELS).strftime("%d/%m/%Y %H:%M:%S")

    def existing(mail_id: str) -> Mail:
        return store.find(mail_id) or abort(404)

    @app.get("/")
    def list_mails() -> str:
        everybody = sorted({address for mail in store.list_mails() for address in mail.to})
        chosen = request.args.get("to") or None
        return render_template(
            "mails.html", mails=store.list_mails(to=chosen)[::-1], everybody=everybody, chosen=chosen
        )

    @app.get("/mails/<mail_id>")
    def show_mail(mail_id: str) -> str:
        return render_template("mail.html", mail=existing(mail_id))

    @app.get("/mails/<mail_id>/html")
    def show_html(mail_id: str) -> Response:
        html = existing(mail_id).html or abort(404)
        return Response(LEAVE_THE_FRAME + html, headers={"Content-Security-Policy": ONLY_ITSELF})

    @app.get("/mails.json")
    def tell_mails() -> Response:
        return jsonify([_told(mail) for mail in store.list_mails(to=request.args.get("to"))])

    return app


def _told(mail: Mail) -> dict[str, object]:
    return {
        "mail_id": mail.mail_id,
        "message_id": mail.message_id,
        "to": mail.to,
        "from": mail.sender,
        "subject": mail.subject,
        "received_at": mail.received_at.isoformat(),
        "text": mail.text,
        "html": mail.html,
    }


def _links(text: str) -> Markup:
    """Plain text in which addresses can be followed."""
    parts = re.split(r"(https?://[^\s<>\"]+)", text)
    return Markup().join(
        Markup('<a href="{0}">{0}</a>').format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )
