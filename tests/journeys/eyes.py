"""Looks at each page of a story in Chromium, narrow and wide: what axe-core finds, what overflows, what is stopped."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import ConsoleMessage, Page, Playwright, Route

from tests.programs import chromium

WIDTHS = (360, 1280)
# Without them Chromium asks Google for this and that at every start.
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# Of what has the focus, once it was scrolled to, the words where the cookie notice hides it; None where nothing has it.
HIDDEN = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const focused = document.activeElement, notice = document.querySelector(".cookie-notice");
    if (focused === document.body) return null;
    const isUnder = !notice.contains(focused) &&
        focused.getBoundingClientRect().bottom > notice.getBoundingClientRect().top;
    return isUnder ? focused.textContent.trim() || focused.tagName : "";
}"""
MOST_STOPS = 60
_IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{30,}")


@dataclass
class Eyes:
    """``seen``: the pages looked at; ``faults``: one sentence each; ``pictures``: where a page is kept, if at all."""

    pictures: Path | None
    page: Page
    axe: str
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _shown: requests.Response | None = None
    _has_tabbed: bool = False

    @staticmethod
    def open(playwright: Playwright, pictures: Path | None) -> Eyes:
        # As root Chromium has no sandbox; it only sees pages of ours.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium.bring(), args=[*QUIET, *sandbox])
        eyes = Eyes(pictures, browser.new_page(locale="fr-BE", reduced_motion="reduce"), AXE_FILE_PATH.read_text())
        eyes.page.on("console", eyes.hear)
        # For good: where Chromium is told to stop asking while it loads, on a busy machine, it may wait for ever.
        eyes.page.route("**/*", eyes._give)
        return eyes

    def hear(self, message: ConsoleMessage) -> None:
        # A page that says no says so with its status too, which Chromium repeats.
        if message.type == "error" and "responded with a status of" not in message.text:
            self.faults.append(f"{self.seen[-1]}: {message.text}")

    def look(self, response: requests.Response, title: str) -> None:
        """Once at each page; the very answer that the person got, with its headers, its assets from the portal."""
        name = _IDENTIFIER.sub("…", f"{urlsplit(response.url).path} {response.status_code} {title}")
        if name in self.seen or not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        self.seen.append(name)
        self._shown = response
        self.page.goto(response.url, wait_until="load")
        self.page.evaluate(self.axe)
        for width in WIDTHS:
            self._look_at(name, width)
        if not self._has_tabbed and self.page.query_selector(".cookie-notice"):
            self._has_tabbed = True
            self._tab_through(name)

    def _look_at(self, name: str, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        if self.pictures is not None:
            words = re.sub(r"[^\w]+", "-", name).strip("-")[:80]
            picture = self.pictures / f"{len(self.seen):03}-{words}-{width}.png"
            self.page.screenshot(path=picture, full_page=True)
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            self.faults.append(f"{name}: wider than {width} px")
        # All that is in order would be most of the answer.
        look = "async rules => (await axe.run(document, rules)).violations"
        violations: list[dict[str, Any]] = self.page.evaluate(look, RULES)
        for violation in violations:
            where = "; ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
            self.faults.append(f"{name} at {width} px: {violation['id']}: {violation['help']} ({where})")

    def _tab_through(self, name: str) -> None:
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 640})
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            hidden = self.page.evaluate(HIDDEN)
            if hidden is None:
                return
            if hidden:
                self.faults.append(f"{name}: the cookie notice hides « {hidden} », which has the focus")

    def _give(self, route: Route) -> None:
        answer = self._shown
        if answer is None or not route.request.is_navigation_request():
            route.continue_()
            return
        dropped = {"content-encoding", "content-length", "transfer-encoding", "set-cookie", "connection"}
        headers = {key: value for key, value in answer.headers.items() if key.lower() not in dropped}
        route.fulfill(status=answer.status_code, headers=headers, body=answer.content)
