"""nameko's container, without the lines that it would log at debug level: they cost a twentieth of a short call."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from nameko.containers import ServiceContainer, WorkerContext
from nameko.extensions import DependencyProvider


class Container(ServiceContainer):
    """Injects dependencies and calls their hooks as nameko does; of hooks only those that a provider has."""

    def __init__(self, service_cls: type[Any]) -> None:
        super().__init__(service_cls)
        self._setups = self._hooks("worker_setup")
        self._results = self._hooks("worker_result")
        self._teardowns = self._hooks("worker_teardown")
        self.worker_ended = threading.Event()

    def wait_for_worker(self, until: Callable[[], bool]) -> None:
        """Returns when a worker is free, or at a ``worker_ended.set()`` with ``until``. Takes none: in the pool's own
        queue a stop would wait for whoever waits there."""
        while self._worker_pool.free() <= 0 and not until():
            self.worker_ended.wait()
            self.worker_ended.clear()

    def _handle_worker_thread_exited(self, gt: Any, worker_ctx: WorkerContext) -> None:
        super()._handle_worker_thread_exited(gt, worker_ctx)
        self.worker_ended.set()

    def _hooks(self, name: str) -> list[Callable[..., None]]:
        does_nothing = getattr(DependencyProvider, name)
        providers = (provider for provider in self.dependencies if getattr(type(provider), name) is not does_nothing)
        return [getattr(provider, name) for provider in providers]

    def _run_worker(self, worker_ctx: WorkerContext, handle_result: Callable[..., tuple[Any, Any]] | None) -> None:
        self._inject_dependencies(worker_ctx)
        for set_up in self._setups:
            set_up(worker_ctx)
        result = exc_info = None
        method = getattr(worker_ctx.service, worker_ctx.entrypoint.method_name)
        try:
            result = method(*worker_ctx.args, **worker_ctx.kwargs)
        except Exception:
            # Whoever began the worker tells of it, by the result.
            exc_info = sys.exc_info()
        if handle_result is not None:
            result, exc_info = handle_result(worker_ctx, result, exc_info)
        for tell in self._results:
            tell(worker_ctx, result, exc_info)
        # The traceback refers to this frame: without the cycle all is freed at once.
        del exc_info
        for tear_down in self._teardowns:
            tear_down(worker_ctx)
