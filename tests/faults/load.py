"""Several callers at once, each telling one story after the other until it is told to stop."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chassis.rpc import RpcClient
from contracts.identifiers import BceNumber
from tests.faults.client import Client, GaveUp
from tests.faults.coverage import undone
from tests.faults.ledger import Ledger
from tests.faults.people import Enterprises
from tests.faults.stories import access, filing, mandates, spaces
from tests.faults.town import Town

CALLERS = 6
NEWS_EVERY = 0.5  # seconds


class Load:
    def __init__(self, town: Town, ledger: Ledger, seed: int) -> None:
        self._town = town
        self._ledger = ledger
        self._seed = seed
        self._closing = threading.Event()
        self._over = threading.Event()
        self._enterprises = Enterprises()
        self._numbering = threading.Lock()
        self._twins = ThreadPoolExecutor(CALLERS, thread_name_prefix="twin")
        self._links = {name: RpcClient(gate.uri, name) for name, gate in town.callers.items()}
        self._threads = [
            threading.Thread(target=self._tell_stories, args=(number,), daemon=True, name=f"caller {number}")
            for number in range(CALLERS)
        ]
        self._threads.append(threading.Thread(target=self._bring_news, daemon=True, name="bringer of news"))

    def start(self) -> None:
        for link in self._links.values():
            link.start()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """No new story once everything was done at least once; those that were begun go on."""
        self._closing.set()

    @property
    def has_ended(self) -> bool:
        return not self.still_tell()

    def still_tell(self) -> list[str]:
        """Names of the callers who have not come to their end."""
        return [thread.name for thread in self._threads if thread.is_alive()]

    def stop(self) -> None:
        """Whoever still waits for an answer gives up."""
        self._over.set()
        for thread in self._threads:
            thread.join(30)
        self._twins.shutdown(cancel_futures=True)
        for link in self._links.values():
            link.stop()

    def _tell_stories(self, number: int) -> None:
        client = self._client(f"caller {self._seed} {number}")
        while not self._is_enough():
            self._try(lambda: self._tell_one(client))

    def _bring_news(self) -> None:
        """When they are wanted: the callers may all be waiting for the very service that is to hear some."""
        client = self._client(f"news {self._seed}")
        while not self._is_enough():
            if self._ledger.news_wanted.wait(NEWS_EVERY):
                self._try(lambda: access.register(client, self._next_number(), self._town.meet()))

    def _client(self, seed: str) -> Client:
        chance = random.Random(seed)
        return Client(self._town, self._ledger, self._links, chance=chance, over=self._over, twins=self._twins)

    def _try(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except GaveUp as error:
            self._ledger.count("story given up")
            self._ledger.note_stuck(f"a story was given up: {error}")
        except Exception as error:
            self._ledger.note_wrong(f"a story broke off: {type(error).__name__}: {error}")
            self._over.wait(0.5)
        else:
            self._ledger.count("story")

    def _next_number(self) -> BceNumber:
        with self._numbering:
            return self._enterprises.next()

    def _is_enough(self) -> bool:
        if self._over.is_set():
            return True
        return self._closing.is_set() and not undone(self._ledger)

    def _tell_one(self, client: Client) -> None:
        if self._ledger.rush.is_set():
            spaces.choose_languages(client, self._town.meet())
            return
        draw = client.chance.random()
        if draw < 0.05:
            spaces.forgery(client)
        elif draw < 0.2:
            person = self._town.meet()
            spaces.open_space_by_pages(client, person)
            spaces.think_of_leaving(client, person)
        elif draw < 0.4:
            person = self._town.meet()
            spaces.open_space(client, person)
            filing.file_for_oneself(client, person)
        elif draw < 0.8:
            access.enterprise(client, self._next_number())
        elif draw < 0.9:
            mandates.change_of_people(client, self._next_number())
        else:
            mandates.office(client, self._next_number(), self._next_number())
