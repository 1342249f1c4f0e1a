"""What identity counts."""

from prometheus_client import Counter

SIGN_INS = Counter("identity_sign_ins_total", "Sign-ins that came back from the provider", ["outcome"])
LINKS = Counter("identity_links_followed_total", "Links of confirmation that were followed", ["outcome"])
