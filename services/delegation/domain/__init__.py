"""The rules of who may act for whom. ``now`` and new identifiers are arguments; nothing here reads or writes."""
