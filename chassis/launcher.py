"""Runs services in this process until it is told to stop. Import it only after ``eventlet.monkey_patch()``."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Sequence

import eventlet
import nameko
from eventlet import hubs
from nameko.utils.concurrency import SpawningProxy

from chassis.container import Container
from chassis.doors import Door
from chassis.logs import log, set_up
from chassis.runtime import build_runtime


def run(services: Sequence[type[Door]]) -> int:
    """Exit status: 0 after an orderly stop, 1 when what was begun could not be finished within ``DRAIN_SECONDS``, or
    when a service died: half alive it would serve nobody, and nobody would start it again."""
    containers = [_container_of(service) for service in services]
    wake_reader, wake_writer = _stop_on_signals()
    SpawningProxy(containers).start()
    # What was made by now stays: the collector need not look at it again and again while it serves.
    gc.collect()
    gc.freeze()
    log.info("started", services=[service.name for service in services])
    watches = [eventlet.spawn(_watch, container, wake_writer) for container in containers]
    hubs.trampoline(wake_reader, read=True)
    has_died = any(watch.dead for watch in watches)
    return _stop(containers) or int(has_died)


def _container_of(service: type[Door]) -> Container:
    settings = service.settings_class.load()
    set_up(level=settings.log_level, form=settings.log_format)
    runtime = build_runtime(service, settings)
    nameko.config.setup({"AMQP_URI": settings.amqp_uri, "max_workers": settings.max_workers})
    # The container makes an instance for each call: what they share hangs on the class, one class per runtime.
    return Container(type(service.__name__, (service,), {"runtime": runtime, "__module__": service.__module__}))


def _watch(container: Container, wake_writer: int) -> None:
    """Until the service ends, which it does by itself only when a thread that it cannot do without has failed."""
    try:
        container.wait()
    except Exception:
        log.exception("service_died", service=container.service_name)
        os.write(wake_writer, b"!")


def _stop_on_signals() -> tuple[int, int]:
    """A pipe, (its reader, its writer), that holds something as soon as it is time to stop."""
    # Python retries the hub's poll after a signal handler, so a flag alone would be seen late: the pipe wakes it.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    return reader, writer


def _stop(containers: Sequence[Container]) -> int:
    for container in containers:
        container.service_cls.runtime.is_stopping = True
    log.info("stopping")
    longest = max(container.service_cls.runtime.settings.drain_seconds for container in containers)
    stopping = eventlet.spawn(lambda: SpawningProxy(containers).stop())
    try:
        with eventlet.Timeout(longest + 2):
            stopping.wait()
    except eventlet.Timeout:
        log.error("stopped_before_all_was_finished", after_seconds=longest)
        return 1
    log.info("stopped")
    return 0
