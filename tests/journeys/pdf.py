"""PDF files as people have them."""

from __future__ import annotations

import typst


def a_pdf(title: str) -> bytes:
    return typst.compile(f"= {title}\nDaté et signé.".encode())
