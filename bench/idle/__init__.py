"""``idle``: memory and start-up of each service."""
