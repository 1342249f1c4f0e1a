"""Exit status 0 when every service of this container is alive: those whose ``…_HTTP_PORT`` is set. For Docker."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

TIMEOUT = 3


def is_alive(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=TIMEOUT) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main(environ: Mapping[str, str] = os.environ) -> int:
    ports = [value for name, value in environ.items() if name.endswith("_HTTP_PORT") and value]
    return 0 if ports and all(map(is_alive, ports)) else 1


if __name__ == "__main__":
    sys.exit(main())
