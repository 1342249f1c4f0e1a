"""Addresses by which somebody would lead people elsewhere, and where browsers would then go."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from hypothesis import strategies as st

PORTAL = "http://portal.example.org"
# What browsers skip, take for a slash, or read as the end of a host's name; and how that may be hidden.
PIECES = [
    *("/", "\\", "//", "/\\", "\t", "\n", "\r", "\0", " ", "\u00a0", "\u2028", "\ufeff", "\uff0f", "\u2215", "\u3002"),
    *("%2f", "%2F%2F", "%5c", "%09", "%0d%0a", "%00", "%252f", "..", "/..", "/.", ";", ":", "@", "?", "#", "&", "="),
    *(
        "http:",
        "https:",
        "https://",
        "javascript:",
        "data:text/html,",
        "JaVaScRiPt:",
        "evil.example.org",
        "127.1",
        "[::1]",
    ),
    *("user@evil.example.org", "portal.example.org", "portal.example.org@evil.example.org", "dossiers", "é", "ｅvil"),
]
addresses = st.lists(st.sampled_from(PIECES), max_size=7).map("".join) | st.text(max_size=12)


def origin_as_browsers_resolve(address: str) -> str:
    """WHATWG's URL: blanks and controls around it go, tabs and line ends within, and a backslash is a slash."""
    text = address.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None})
    path, mark, rest = text.partition("?")
    if not path.lower().startswith(("javascript:", "data:")):
        path = path.replace("\\", "/")
    while path.startswith("///"):
        # Any number of slashes before the host is two.
        path = path[1:]
    parts = urlsplit(urljoin(f"{PORTAL}/connexion/retour", path + mark + rest))
    return f"{parts.scheme}://{parts.netloc}"
