"""Entities and rules of identity: no framework, no I/O; ``now``, ids and hashes of secrets are arguments."""
