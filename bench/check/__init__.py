"""``check``: may this person do this for this enterprise, asked in process and over RPC."""
