"""The portal as a service of the chassis: its pages are served beside its health and metrics."""

from __future__ import annotations

from typing import ClassVar

from chassis.doors import Door
from chassis.http import WsgiServer
from chassis.rpc import RpcClient
from chassis.runtime import Runtime
from chassis.settings import ServiceSettings
from services.portal.app import build_app
from services.portal.settings import PortalSettings


class PortalService(Door):
    name = "portal"
    settings_class: ClassVar[type[ServiceSettings]] = PortalSettings

    web = WsgiServer(build_app)

    @classmethod
    def open_gateways(cls, runtime: Runtime) -> RpcClient:
        return RpcClient(runtime.settings.amqp_uri, "portal", away=runtime.away).start()


SERVICE = PortalService
