"""Imported first by what runs on eventlet: what was imported unpatched would block every green thread."""

import os
import warnings

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
# Known, and told in docs/decisions/0002: nameko runs on it.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet

eventlet.monkey_patch()
