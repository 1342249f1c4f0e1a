"""Answers to the methods that consume, acknowledge and confirm."""

import uuid
from typing import Any

from pamqp import base, commands
from pamqp.commands import Basic

from deploy.embedded.broker.channel import Answer, Channel
from deploy.embedded.broker.consumers import Consumer, Unacked
from deploy.embedded.broker.deaths import REJECTED
from deploy.embedded.broker.declarations import named_queue
from deploy.embedded.broker.errors import AmqpError
from deploy.embedded.broker.messages import Entry
from deploy.embedded.broker.queues import Queue


def qos(channel: Channel, method: Basic.Qos) -> Basic.QosOk:
    """RabbitMQ's reading: without `global`, for each consumer that comes after; with it, for all of the channel."""
    if method.prefetch_size:
        raise AmqpError(540, f"prefetch_size!=0 ({method.prefetch_size})")
    if method.global_:
        channel.prefetch_of_all = method.prefetch_count
        channel.advance()
    else:
        channel.prefetch_of_each = method.prefetch_count
    return Basic.QosOk()


def consume(channel: Channel, method: Basic.Consume) -> None:
    queue = named_queue(channel, method.queue)
    tag = method.consumer_tag or f"amq.ctag-{uuid.uuid4().hex}"
    if tag in channel.consumers:
        raise AmqpError(530, f"attempt to reuse consumer tag '{tag}'")
    if any(consumer.exclusive for consumer in queue.consumers) or (method.exclusive and queue.consumers):
        raise AmqpError(403, f"queue '{queue.name}' in vhost '/' in exclusive use")
    consumer = Consumer(channel, queue, tag, method.no_ack, method.exclusive, channel.prefetch_of_each)
    channel.consumers[tag] = consumer
    if not method.nowait:
        channel.send(Basic.ConsumeOk(tag))
    queue.add_consumer(consumer)


def cancel(channel: Channel, method: Any) -> Basic.CancelOk:
    consumer = channel.consumers.pop(method.consumer_tag, None)
    if consumer is not None:
        consumer.queue.remove_consumer(consumer)
    return Basic.CancelOk(method.consumer_tag)


def get(channel: Channel, method: Basic.Get) -> Basic.GetEmpty | None:
    queue = named_queue(channel, method.queue)
    entry = queue.take()
    if entry is None:
        return Basic.GetEmpty()
    tag = channel.keep(Unacked(entry, queue, None), no_ack=method.no_ack)
    message = entry.message
    got = Basic.GetOk(tag, entry.redelivered, message.exchange, message.routing_key, len(queue.ready))
    channel.send_message(got, queue.presented(entry))
    return None


def ack(channel: Channel, method: Basic.Ack) -> None:
    for delivery in channel.settle(method.delivery_tag, multiple=method.multiple):
        delivery.queue.forget(delivery.entry)
    channel.advance()


def nack(channel: Channel, method: Basic.Nack) -> None:
    _return(channel, channel.settle(method.delivery_tag, multiple=method.multiple), requeue=method.requeue)


def reject(channel: Channel, method: Any) -> None:
    _return(channel, channel.settle(method.delivery_tag, multiple=False), requeue=method.requeue)


def recover(channel: Channel, method: Basic.Recover) -> Basic.RecoverOk:
    recover_async(channel, method)
    return Basic.RecoverOk()


def recover_async(channel: Channel, method: Basic.Recover | Basic.RecoverAsync) -> None:
    if not method.requeue:
        raise AmqpError(540, "requeue=false")
    _return(channel, channel.settle(0, multiple=True), requeue=True)


def select_confirms(channel: Channel, _: commands.Confirm.Select) -> commands.Confirm.SelectOk:
    channel.publishing.is_confirming = True
    return commands.Confirm.SelectOk()


def flow(_: Channel, method: commands.Channel.Flow) -> commands.Channel.FlowOk:
    if not method.active:
        raise AmqpError(540, "active=false")
    return commands.Channel.FlowOk(True)


def _return(channel: Channel, deliveries: list[Unacked], *, requeue: bool) -> None:
    returned: dict[Queue, list[Entry]] = {}
    for delivery in deliveries:
        if requeue:
            returned.setdefault(delivery.queue, []).append(delivery.entry)
        else:
            delivery.queue.bury(delivery.entry, REJECTED)
    for queue, entries in returned.items():
        queue.requeue(entries)
    channel.advance()


ANSWERS: dict[type[base.Frame], Answer] = {
    Basic.Qos: qos,
    Basic.Consume: consume,
    Basic.Cancel: cancel,
    Basic.Get: get,
    Basic.Ack: ack,
    Basic.Nack: nack,
    Basic.Reject: reject,
    Basic.Recover: recover,
    Basic.RecoverAsync: recover_async,
    commands.Confirm.Select: select_confirms,
    commands.Channel.Flow: flow,
}
