"""Whom to tell, where, and how a mail fares; no framework, no I/O."""
