"""One module per theme; a page function carries the name of the RPC it calls."""
