"""Answers to the methods that make and unmake exchanges, queues and bindings."""

from pamqp import base, constants
from pamqp.commands import Exchange as ExchangeMethods
from pamqp.commands import Queue as QueueMethods

from deploy.embedded.broker.channel import Answer, Channel
from deploy.embedded.broker.errors import AmqpError, not_found, precondition_failed
from deploy.embedded.broker.exchanges import Binding, Exchange
from deploy.embedded.broker.queues import Queue


def declare_exchange(channel: Channel, method: ExchangeMethods.Declare) -> ExchangeMethods.DeclareOk:
    if method.passive:
        channel.vhost.exchange(method.exchange)
        return ExchangeMethods.DeclareOk()
    if method.exchange == "":
        raise AmqpError(403, "operation not permitted on the default exchange")
    _check_name("exchange", method.exchange)
    declared = Exchange(
        method.exchange,
        method.exchange_type,
        durable=method.durable,
        auto_delete=method.auto_delete,
        internal=method.internal,
        arguments=method.arguments or {},
    )
    channel.vhost.declare_exchange(declared)
    return ExchangeMethods.DeclareOk()


def delete_exchange(channel: Channel, method: ExchangeMethods.Delete) -> ExchangeMethods.DeleteOk:
    if exchange := channel.vhost.exchanges.get(method.exchange):
        channel.vhost.delete_exchange(exchange, if_unused=method.if_unused)
    return ExchangeMethods.DeleteOk()


def bind_exchange(channel: Channel, method: ExchangeMethods.Bind) -> ExchangeMethods.BindOk:
    channel.vhost.bind(_between_exchanges(method))
    return ExchangeMethods.BindOk()


def unbind_exchange(channel: Channel, method: ExchangeMethods.Unbind) -> ExchangeMethods.UnbindOk:
    channel.vhost.unbind(_between_exchanges(method))
    return ExchangeMethods.UnbindOk()


def declare_queue(channel: Channel, method: QueueMethods.Declare) -> QueueMethods.DeclareOk:
    if method.passive:
        queue = named_queue(channel, method.queue)
        queue.renew_lease()
    else:
        _check_name("queue", method.queue)
        queue = channel.vhost.declare_queue(
            method.queue,
            durable=method.durable,
            auto_delete=method.auto_delete,
            owner=channel.connection if method.exclusive else None,
            arguments=method.arguments or {},
        )
    channel.last_queue = queue.name
    return QueueMethods.DeclareOk(queue.name, len(queue.ready), len(queue.consumers))


def bind_queue(channel: Channel, method: QueueMethods.Bind) -> QueueMethods.BindOk:
    queue = named_queue(channel, method.queue)
    arguments = method.arguments or {}
    channel.vhost.bind(Binding.of(method.exchange, queue.name, method.routing_key, arguments))
    return QueueMethods.BindOk()


def unbind_queue(channel: Channel, method: QueueMethods.Unbind) -> QueueMethods.UnbindOk:
    queue = named_queue(channel, method.queue)
    arguments = method.arguments or {}
    channel.vhost.unbind(Binding.of(method.exchange, queue.name, method.routing_key, arguments))
    return QueueMethods.UnbindOk()


def purge_queue(channel: Channel, method: QueueMethods.Purge) -> QueueMethods.PurgeOk:
    return QueueMethods.PurgeOk(named_queue(channel, method.queue).purge())


def delete_queue(channel: Channel, method: QueueMethods.Delete) -> QueueMethods.DeleteOk:
    name = method.queue or channel.last_queue
    if name not in channel.vhost.queues:
        return QueueMethods.DeleteOk(0)
    queue = named_queue(channel, name)
    return QueueMethods.DeleteOk(
        channel.vhost.delete_queue(queue, if_unused=method.if_unused, if_empty=method.if_empty)
    )


def named_queue(channel: Channel, name: str) -> Queue:
    """That queue, or with no name the one that was declared last on the channel."""
    if not (name or channel.last_queue):
        raise not_found("queue", "")
    return channel.vhost.queue(name or channel.last_queue, channel.connection)


def _between_exchanges(method: ExchangeMethods.Bind | ExchangeMethods.Unbind) -> Binding:
    arguments = method.arguments or {}
    return Binding.of(method.source, method.destination, method.routing_key, arguments, to_exchange=True)


def _check_name(kind: str, name: str) -> None:
    """pamqp cannot write every name that RabbitMQ accepts: better refused here than at the first delivery."""
    if len(name) > 127 or not constants.DOMAIN_REGEX[f"{kind}-name"].fullmatch(name):
        raise precondition_failed(f"the development broker does not know how to write the {kind} name '{name}'")


ANSWERS: dict[type[base.Frame], Answer] = {
    ExchangeMethods.Declare: declare_exchange,
    ExchangeMethods.Delete: delete_exchange,
    ExchangeMethods.Bind: bind_exchange,
    ExchangeMethods.Unbind: unbind_exchange,
    QueueMethods.Declare: declare_queue,
    QueueMethods.Bind: bind_queue,
    QueueMethods.Unbind: unbind_queue,
    QueueMethods.Purge: purge_queue,
    QueueMethods.Delete: delete_queue,
}
