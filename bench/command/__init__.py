"""``command``: ``delegation.request_role`` over RPC, from the question to the answer, durably stored."""
