"""Owns who a person is: sign-ins at the identity provider, sessions, citizen spaces and their e-mail, national numbers.

Announces ``email_confirmation_requested``, ``email_confirmed``, ``language_chosen``, ``session_revoked`` and
``identity_retold``.
Hears only its own ``session_revoked``, as every service does.
"""
