"""The one virtual host: its exchanges, queues and bindings, and the way of a message through them."""

import itertools
import time
import uuid
from typing import TYPE_CHECKING, Any

from deploy.embedded.broker import arguments as args
from deploy.embedded.broker.deaths import REJECTED, dead, is_cycle
from deploy.embedded.broker.errors import AmqpError, not_found, precondition_failed
from deploy.embedded.broker.exchanges import KINDS, PREDECLARED, Binding, Exchange
from deploy.embedded.broker.journal import Journal
from deploy.embedded.broker.messages import Message
from deploy.embedded.broker.queues import Queue

if TYPE_CHECKING:
    from deploy.embedded.broker.connection import Connection


class VirtualHost:
    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.exchanges = {name: Exchange(name, kind) for name, kind in PREDECLARED.items()}
        self.queues: dict[str, Queue] = {}
        self._positions = itertools.count(journal.last_position() + 1)
        self._restore()

    def next_position(self) -> int:
        return next(self._positions)

    # Exchanges

    def exchange(self, name: str) -> Exchange:
        try:
            return self.exchanges[name]
        except KeyError:
            raise not_found("exchange", name) from None

    def declare_exchange(self, declared: Exchange) -> None:
        if declared.kind not in KINDS:
            raise precondition_failed(f"unknown exchange type '{declared.kind}'")
        current = self.exchanges.get(declared.name)
        if current is not None:
            args.check_same("exchange", declared.name, _traits(current), _traits(declared))
            return
        if declared.name.startswith("amq."):
            raise AmqpError(403, f"exchange name '{declared.name}' contains reserved prefix 'amq.*'")
        self.exchanges[declared.name] = declared
        if declared.durable:
            self.journal.add_exchange(declared)

    def delete_exchange(self, exchange: Exchange, *, if_unused: bool = False) -> None:
        if exchange.name in PREDECLARED:
            raise AmqpError(403, f"operation not permitted on exchange '{exchange.name}'")
        if if_unused and exchange.bindings:
            raise precondition_failed(f"exchange '{exchange.name}' in vhost '/' in use")
        del self.exchanges[exchange.name]
        for binding in exchange.bindings:
            self.journal.remove_binding(binding)
        exchange.bindings.clear()
        self._unbind_destination(exchange.name, to_exchange=True)
        self.journal.remove_exchange(exchange.name)

    # Queues

    def queue(self, name: str, connection: "Connection | None" = None) -> Queue:
        """The queue of that name; with a connection: only if no other one holds it for itself."""
        queue = self.queues.get(name)
        if queue is None:
            raise not_found("queue", name)
        if connection is not None and queue.owner not in (None, connection):
            raise args.locked(name)
        return queue

    def declare_queue(
        self, name: str, *, durable: bool, auto_delete: bool, owner: "Connection | None", arguments: dict[str, Any]
    ) -> Queue:
        if name.startswith("amq."):
            raise AmqpError(403, f"queue name '{name}' contains reserved prefix 'amq.*'")
        if current := self.queues.get(name):
            if current.owner is not owner:
                raise args.locked(name)
            received = {"durable": durable, "auto_delete": auto_delete, **args.compared(arguments)}
            args.check_same("queue", name, _queue_traits(current), received)
            current.renew_lease()
            return current
        args.check_queue(name, durable=durable, exclusive=owner is not None, arguments=arguments)
        name = name or f"amq.gen-{uuid.uuid4().hex}"
        queue = Queue(self, name, durable=durable, auto_delete=auto_delete, owner=owner, arguments=arguments)
        self.queues[name] = queue
        if queue.is_journaled:
            self.journal.add_queue(queue)
        return queue

    def delete_queue(self, queue: Queue, *, if_unused: bool = False, if_empty: bool = False) -> int:
        """The number of messages that went with it."""
        if if_unused and queue.consumers:
            raise precondition_failed(f"queue '{queue.name}' in vhost '/' in use")
        if if_empty and queue.ready:
            raise precondition_failed(f"queue '{queue.name}' in vhost '/' not empty")
        queue.close()
        del self.queues[queue.name]
        self._unbind_destination(queue.name, to_exchange=False)
        self.journal.remove_queue(queue.name)
        for consumer in queue.consumers:
            consumer.channel.on_queue_gone(consumer)
        return len(queue.ready)

    # Bindings

    def bind(self, binding: Binding) -> None:
        source = self._bindable(binding.source)
        destination = self._bindable(binding.destination) if binding.to_exchange else self.queue(binding.destination)
        if binding not in source.bindings:
            source.bindings[binding] = None
            durable = destination.is_journaled if isinstance(destination, Queue) else destination.durable
            if source.durable and durable:
                self.journal.add_binding(binding)

    def unbind(self, binding: Binding) -> None:
        source = self.exchanges.get(binding.source)
        if source is not None and binding in source.bindings:
            del source.bindings[binding]
            self.journal.remove_binding(binding)
            self._delete_if_unbound(source)

    def _bindable(self, name: str) -> Exchange:
        if name == "":
            raise AmqpError(403, "operation not permitted on the default exchange")
        return self.exchange(name)

    def _unbind_destination(self, name: str, *, to_exchange: bool) -> None:
        for source in list(self.exchanges.values()):
            for binding in [b for b in source.bindings if b.destination == name and b.to_exchange == to_exchange]:
                self.unbind(binding)

    def _delete_if_unbound(self, exchange: Exchange) -> None:
        if exchange.auto_delete and not exchange.bindings and exchange.name in self.exchanges:
            self.delete_exchange(exchange)

    # Messages

    def route(self, message: Message) -> list[Queue]:
        """Each queue once, however many bindings lead to it."""
        found: dict[str, Queue] = {}
        seen = [message.exchange]
        for name in seen:  # grows as bindings lead to other exchanges
            exchange = self.exchanges.get(name)
            if exchange is None:
                continue
            queues, exchanges = self._destinations(exchange, message)
            found |= queues
            if not queues and not exchanges and exchange.alternate is not None:
                exchanges = [exchange.alternate]
            seen.extend(exchange for exchange in exchanges if exchange not in seen)
        return list(found.values())

    def _destinations(self, exchange: Exchange, message: Message) -> tuple[dict[str, Queue], list[str]]:
        if exchange.name == "":
            queue = self.queues.get(message.routing_key)
            return ({queue.name: queue} if queue else {}), []
        matching = list(exchange.matching(message.routing_key, message.headers))
        queues = {b.destination: self.queues[b.destination] for b in matching if not b.to_exchange}
        return queues, [b.destination for b in matching if b.to_exchange]

    def dead_letter(self, queue: Queue, message: Message, reason: str) -> None:
        exchange = queue.arguments.get(args.DEAD_LETTER_EXCHANGE)
        if exchange is None or exchange not in self.exchanges:
            return
        letter = dead(message, queue=queue.name, reason=reason, at=time.time())
        letter.exchange = exchange
        letter.routing_key = queue.arguments.get(args.DEAD_LETTER_KEY, message.routing_key)
        for target in self.route(letter):
            if reason == REJECTED or not is_cycle(letter, target.name):
                target.publish(letter)

    def _restore(self) -> None:
        for exchange in self.journal.exchanges():
            self.exchanges[exchange.name] = exchange
        for name, auto_delete, arguments in self.journal.queues():
            self.queues[name] = Queue(
                self, name, durable=True, auto_delete=auto_delete, owner=None, arguments=arguments
            )
        for binding in self.journal.bindings():
            self.exchanges[binding.source].bindings[binding] = None
        for name, entry in self.journal.messages():
            self.queues[name].restore(entry)
        for queue in list(self.queues.values()):
            queue.advance()


def _traits(exchange: Exchange) -> dict[str, Any]:
    return {
        "type": exchange.kind,
        "durable": exchange.durable,
        "auto_delete": exchange.auto_delete,
        "internal": exchange.internal,
        "alternate-exchange": exchange.alternate,
    }


def _queue_traits(queue: Queue) -> dict[str, Any]:
    return {"durable": queue.durable, "auto_delete": queue.auto_delete, **args.compared(queue.arguments)}
