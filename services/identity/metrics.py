"""What identity counts."""

from prometheus_client import Counter

SIGN_INS = Counter("identity_sign_ins_total", "Sign-ins that came back from the provider", ["outcome"])
# From the start, so that what increases can be seen from the first on.
for outcome in ("signed_in", "sign_in_unknown", "provider_refused"):
    SIGN_INS.labels(outcome)
LINKS = Counter("identity_links_followed_total", "Links of confirmation that were followed", ["outcome"])
