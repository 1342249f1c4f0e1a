"""How our neighbours behave."""

from prometheus_client import Counter

PROVIDER_ERRORS = Counter(
    "identity_provider_errors_total",
    "Times the identity provider was away, answered nonsense or refused",
    ["step", "kind"],
)
REGISTER_READS = Counter("identity_register_reads_total", "People asked of the National Register", ["outcome"])
