"""RPC in nameko's wire format: doors that answer fast, and a client with a deadline on every call."""

from chassis.rpc.client import RpcClient
from chassis.rpc.server import CallContext, RpcEntrypoint

__all__ = ["CallContext", "RpcClient", "RpcEntrypoint"]
