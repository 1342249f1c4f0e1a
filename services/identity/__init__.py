"""Owns who a person is: sign-ins at the identity provider, sessions, citizen spaces and their e-mail, national numbers.

Announces ``email_confirmation_requested``, ``email_confirmed``, ``language_chosen``, ``session_revoked``,
``account_deletion_*``, ``european_identity_*``, ``person_erased`` and ``identity_retold``.
Hears its own ``session_revoked``, as every service does, and of dossiers whose are open: with open ones an agent
decides about the deletion of an account.
"""
