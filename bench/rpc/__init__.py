"""``rpc``: a call with a 200-byte answer, one at a time and 20 at a time."""
