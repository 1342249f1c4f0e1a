"""The key that signs statements is replaced while people go on: nobody is refused, nothing is restarted."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from joserfc import jws

from chassis.rpc import RpcClient
from chassis.statements import generate_key
from contracts.identity import Identity
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.cast import AMELIE
from tests.integration.identity.running import Arrive, at
from tests.support.processes import ServiceProcess


@pytest.fixture
def identity_keys(package_keys: Keys, identity: ServiceProcess, tmp_path: Path) -> Iterator[Keys]:
    """As the running identity has them; afterwards they are as before."""
    kept = shutil.copytree(package_keys.directory, tmp_path / "keys")
    yield package_keys
    for name in ("statement-keys.json", "identity-signing-key.json"):
        (package_keys.directory / name).write_text((kept / name).read_text())


class Busy:
    """Takes a statement and uses it, again and again."""

    def __init__(self, act: Callable[[], str]) -> None:
        self.kids: list[str] = []
        self.failed: list[Exception] = []
        self._act = act
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._go_on) for _ in range(3)]

    def __enter__(self) -> Busy:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self) -> None:
        while not self._stop.is_set():
            try:
                self.kids.append(self._act())
            except Exception as error:
                self.failed.append(error)
                return

    def go_on(self, more: int = 30) -> None:
        wanted = len(self.kids) + more
        wait_until(lambda: len(self.kids) >= wanted or bool(self.failed), seconds=60, what="more calls")


def test_nobody_is_refused_while_the_signing_key_is_replaced(
    identity_keys: Keys, arrive: Arrive, portal: Identity, rpc: RpcClient
) -> None:
    token = arrive(AMELIE).token
    public_file, signing_file = identity_keys.statement_keys_file, identity_keys.signing_key_file("identity")
    sets = json.loads(public_file.read_text())
    (old,) = sets["identity"]["keys"]
    private, public = generate_key()

    def act() -> str:
        statement = portal.present_session(session_token=token).actor_statement
        at(rpc, actor=statement).list_contacts()
        return str(jws.extract_compact(statement.encode()).headers()["kid"])

    with Busy(act) as busy:
        busy.go_on()
        public_file.write_text(json.dumps(sets | {"identity": {"keys": [old, public]}}))
        busy.go_on()
        signing_file.write_text(json.dumps(private))
        busy.go_on()
        # Whoever took a statement before has used it by now.
        public_file.write_text(json.dumps(sets | {"identity": {"keys": [public]}}))
        busy.go_on()

    assert busy.failed == []
    assert set(busy.kids) == {old["kid"], public["kid"]}
    assert busy.kids[-1] == public["kid"]
