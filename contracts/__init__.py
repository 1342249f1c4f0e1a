"""What the services promise one another: identifiers, events, RPC signatures, error codes.

Standard library only, so that any service, ours or a stranger's, can install it alone.
"""
