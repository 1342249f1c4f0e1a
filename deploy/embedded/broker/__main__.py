"""`python -m deploy.embedded.broker --port N --journal FILE`: the development broker as a program."""

import argparse
import asyncio
import json
import logging
import signal
import sqlite3
import sys
from pathlib import Path

from deploy.embedded.broker.connection import Connection
from deploy.embedded.broker.errors import AmqpError
from deploy.embedded.broker.journal import Journal
from deploy.embedded.broker.opening import PRODUCT
from deploy.embedded.broker.vhost import VirtualHost

HOST = "127.0.0.1"
STOPPED_WITHIN = 1.0


def main() -> None:
    options = _options()
    logging.basicConfig(stream=sys.stdout, format="%(asctime)s %(name)s: %(message)s", level=logging.INFO)
    users = json.loads(options.users.read_text()) if options.users else {"guest": "guest"}
    try:
        asyncio.run(serve(options.port, options.journal, users))
    except sqlite3.Error as error:
        sys.exit(f"{PRODUCT}: cannot use the journal {options.journal}: {error}")
    except OSError as error:
        sys.exit(f"{PRODUCT}: cannot listen on {HOST}:{options.port}: {error.strerror}")


async def serve(port: int, path: Path, users: dict[str, str]) -> None:
    """Until SIGTERM or SIGINT. `users`: names and their passwords."""
    journal = Journal(path)
    vhost = VirtualHost(journal)
    connections: set[Connection] = set()
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    server = await loop.create_server(lambda: Connection(vhost, users, connections), HOST, port)
    kept = sum(len(queue.ready) for queue in vhost.queues.values())
    print(
        f"{PRODUCT} (for development only; set AMQP_URI to use RabbitMQ) on {HOST}:{port}, journal {path}: "
        f"{len(vhost.queues)} queues and {kept} messages kept from before",
        flush=True,
    )
    await stopping.wait()
    server.close()
    await _part(connections)
    journal.close()


async def _part(connections: set[Connection]) -> None:
    """Tell the clients, and wait a little for them to agree."""
    for connection in list(connections):
        connection.fail(AmqpError(320, "broker forced connection closure with reason 'shutdown'"))
    deadline = asyncio.get_running_loop().time() + STOPPED_WITHIN
    while connections and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
    for connection in list(connections):
        connection.transport.abort()
    await asyncio.sleep(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded.broker", description=PRODUCT)
    parser.add_argument("--port", type=int, required=True, help=f"listens on {HOST} only")
    parser.add_argument("--journal", type=Path, required=True, help="SQLite file that keeps what is durable")
    parser.add_argument("--users", type=Path, help='JSON file {"name": "password"}; guest/guest when not given')
    return parser.parse_args()


main()
