"""The Flask application: settings, cookies, pages, and what is the same on all of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from chassis.clock import Clock
from chassis.logs import log
from chassis.runtime import Runtime
from services.portal import cookie, filters, languages, layout, security, watch
from services.portal.neighbours import Rpc
from services.portal.pages import failures
from services.portal.pages.blueprints import BLUEPRINTS
from services.portal.settings import PortalSettings

# A scan of a heading with several files; each file's own limit is the procedure's, checked by dossiers.
LARGEST_REQUEST = 100 * 1024 * 1024
# A procedure may have some hundreds of fields, with repeated groups; Werkzeug's own limits are for small forms.
LARGEST_FORM = 2 * 1024 * 1024
MOST_FIELDS = 5000


def build_app(runtime: Runtime) -> tuple[Any, str, int]:
    """What ``chassis.http.WsgiServer`` serves: the application, its host and port."""
    settings = runtime.settings
    assert isinstance(settings, PortalSettings)
    return create_app(settings, runtime.gateways, runtime.clock), settings.web_host, settings.web_port


class Portal(Flask):
    def log_exception(self, exc_info: Any) -> None:
        """What Flask does when a page of failures itself fails; of its own it would log the address, which may hold
        the secret of a link."""
        log.error("failure_page_failed", page=request.endpoint, exc_info=exc_info)


def create_app(settings: PortalSettings, rpc: Rpc, clock: Clock) -> Flask:
    in_production = settings.environment == "production"
    keys = [line.strip() for line in settings.secret_key_file.read_text().splitlines() if line.strip()]
    app = Portal("services.portal", static_url_path="/static")
    app.config.update(
        SECRET_KEY=keys[0],
        SECRET_KEY_FALLBACKS=keys[1:],
        SESSION_COOKIE_NAME="__Host-mon-espace" if in_production else "mon-espace",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=in_production,
        SESSION_COOKIE_PATH="/",
        # Redirects are made of the host that was asked for; on a laptop it may be localhost as well as 127.0.0.1.
        TRUSTED_HOSTS=[str(urlsplit(settings.portal_url).hostname)] if in_production else None,
        # A form may stay open for hours: its token lives as long as the cookie it is bound to.
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    # Asked for by a name that is not ours, no page with links can be made.
    app.register_error_handler(SecurityError, lambda _: Response("Adresse inconnue.", 400, mimetype="text/plain"))
    app.extensions["portal"] = {"settings": settings, "rpc": rpc, "clock": clock}
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    # First, so that it also notes the forms that are refused before any page sees them.
    watch.init_app(app)
    CSRFProtect(app)
    Bootstrap5(app)
    for register in (languages, filters, layout, security, cookie, failures):
        register.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
