"""A stand-in for CSAM's FAS: a real OpenID Connect provider, whose people are the sample cast.

Authorization code with PKCE S256, nonce, signed id_token, userinfo as a signed JWT, key rotation, RP-initiated logout.
The means of sign-in is asked with ``login_hint`` and told in ``amr``; the level is asked with ``acr_values`` and told
in ``acr`` (both ``urn:be:fedict:iam:fas:Level400`` and the like) and in the claim ``assurance_level`` (400).

Sources: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 6749, 7636. Claims: FAS, domain.md.
"""
