"""What the portal needs to know of the world."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from chassis.settings import ServiceSettings, file, number, setting, text, url


@dataclass(frozen=True, kw_only=True)
class PortalSettings(ServiceSettings):
    service: ClassVar[str] = "portal"

    portal_url: str = setting("the address people know the portal by", parse=url("http", "https"), shared=True)
    web_host: str = setting("address that the pages are served on", parse=text, default="127.0.0.1")
    web_port: int = setting("port that the pages are served on", parse=number)
    trusted_proxies: int = setting(
        "proxies before the portal whose X-Forwarded-For tells where a browser is", parse=number, default=0
    )
    secret_key_file: Path = setting(
        "keys that sign the browser's cookie, one a line: the first signs, the others are still believed", parse=file
    )
    service_token_file: Path = setting("the portal's service statement, read again when it changes", parse=file)
