"""A person at a browser without JavaScript: she follows links, fills in fields by their labels, presses buttons."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag


@dataclass
class Browser:
    """``origin`` is where the portal is; other origins (CSAM's) are followed as a browser does."""

    origin: str
    session: requests.Session = field(default_factory=requests.Session)
    url: str = ""
    status: int = 0
    look: Callable[[requests.Response, str], None] | None = None
    patience: float = 0  # seconds
    soup: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))

    def open(self, address: str) -> Browser:
        return self._send("GET", urljoin(self.url or self.origin, address))

    def follow(self, text: str, *, within: str = "") -> Browser:
        """The link with this text, or whose text contains it. ``within``: a text of the same row."""
        return self.open(str(self._link(text, within)["href"]))

    def press(self, button: str, fields: dict[str, Any] | None = None, *, within: str | None = None) -> Browser:
        """Fill in the form that holds the button, by labels, and send it. ``within``: a text near the right one."""
        form, pressed = self._form_with(button, within)
        values, files = _values_of(form)
        for label, value in (fields or {}).items():
            self._fill(form, label, value, values, files)
        if pressed.get("name"):
            values.append((str(pressed["name"]), str(pressed.get("value", ""))))
        method = str(pressed.get("formmethod") or form.get("method") or "get").lower()
        action = urljoin(self.url, str(pressed.get("formaction") or form.get("action") or ""))
        if method == "get":
            return self._send("GET", action, params=values)
        if form.get("enctype") == "multipart/form-data" or files:
            parts = files or [("", ("", b"", "application/octet-stream"))]
            return self._send("POST", action, data=values, files=parts, headers=self._headers())
        return self._send("POST", action, data=values, headers=self._headers())

    def download(self, text: str) -> requests.Response:
        return self.session.get(urljoin(self.url, str(self._link(text)["href"])), timeout=30)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def text(self) -> str:
        return _squeeze(self.soup.get_text(" "))

    @property
    def title(self) -> str:
        return _squeeze(self.soup.h1.get_text(" ")) if self.soup.h1 else ""

    def has_button(self, text: str) -> bool:
        return any(text in _label_of(button) for button in self.soup.find_all("button"))

    def has_link(self, text: str) -> bool:
        return any(text in _squeeze(link.get_text(" ")) for link in self.soup.find_all("a"))

    def error_at(self, label: str) -> str:
        """What is said at the field with this label, as a screen reader would read it."""
        control = self._control(self.soup, label)
        described = str(control.get("aria-describedby", "")).split()
        told = [self.soup.find(id=name) for name in described]
        return " ".join(_squeeze(part.get_text(" ")) for part in told if part) if control.get("aria-invalid") else ""

    def value_of(self, label: str) -> str:
        control = self._control(self.soup, label)
        return str(control.get("value", "")) if control.name == "input" else _squeeze(control.get_text(" "))

    def is_locked(self, label: str) -> bool:
        control = self._control(self.soup, label)
        return control.has_attr("readonly") or control.has_attr("disabled")

    def _send(self, method: str, url: str, **content: Any) -> Browser:
        """Again, for as long as she has patience, where nobody answers or the page says that a part is away: a form
        sent again carries the same command_id."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                response = self.session.request(method, url, timeout=30, **content)
                if response.status_code < 500 or time.monotonic() > deadline:
                    return self._see(response)
            except requests.ConnectionError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.3)

    def _see(self, response: requests.Response) -> Browser:
        self.url, self.status = response.url, response.status_code
        self.soup = BeautifulSoup(response.text, "html.parser")
        if self.look and self.url.startswith(self.origin):
            self.look(response, self.title)
        return self

    def _headers(self) -> dict[str, str]:
        parts = urlsplit(self.url)
        return {"Origin": f"{parts.scheme}://{parts.netloc}", "Referer": self.url}

    def _link(self, text: str, within: str = "") -> Tag:
        links = [link for link in self.soup.find_all("a", href=True) if not within or _is_near(link, within)]
        exact = [link for link in links if _squeeze(link.get_text(" ")) == text]
        near = [link for link in links if text in _squeeze(link.get_text(" "))]
        if not (exact or near):
            raise AssertionError(f"no link « {text} » on {self._seen()}")
        return (exact or near)[0]

    def _form_with(self, button: str, within: str | None) -> tuple[Tag, Tag]:
        for pressed in self.soup.find_all(["button", "input"]):
            if pressed.name == "input" and pressed.get("type") not in ("submit", "image"):
                continue
            form = self.soup.find("form", id=pressed["form"]) if pressed.get("form") else pressed.find_parent("form")
            if form is None or button not in _label_of(pressed):
                continue
            if within is None or _is_near(form, within):
                return form, pressed
        raise AssertionError(f"no button « {button} »{f' near « {within} »' if within else ''} on {self._seen()}")

    def _fill(self, form: Tag, label: str, value: Any, values: list[tuple[str, str]], files: list[Any]) -> None:
        control = self._control(form, label)
        name = str(control["name"])
        kind = control.get("type")
        if kind == "file":
            files.append((name, value))
            return
        if kind in ("checkbox", "radio"):
            values[:] = [
                pair for pair in values if pair[0] != name or (kind == "checkbox" and pair[1] != control.get("value"))
            ]
            if value is not False:
                values.append((name, str(control.get("value", "on"))))
            return
        if control.name == "select":
            value = _option(control, str(value))
        values[:] = [pair for pair in values if pair[0] != name]
        values.append((name, str(value)))

    def _control(self, scope: Any, label: str) -> Tag:
        labels = scope.find_all("label")
        exact = [found for found in labels if _squeeze(found.get_text(" ")).rstrip(" *") == label]
        for found in exact or [found for found in labels if label in _squeeze(found.get_text(" "))]:
            control = (
                self.soup.find(id=found.get("for")) if found.get("for") else found.find(["input", "select", "textarea"])
            )
            if control is not None:
                return control
        raise AssertionError(f"no field « {label} » on {self._seen()}")

    def _seen(self) -> str:
        return f"{self.url} ({self.status}): {self.text[:2000]}"


def _values_of(form: Tag) -> tuple[list[tuple[str, str]], list[Any]]:
    values = []
    for control in form.find_all(["input", "select", "textarea"]):
        name, kind = control.get("name"), control.get("type")
        if not name or control.has_attr("disabled") or kind in ("submit", "button", "file", "image"):
            continue
        if kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                values.append((name, control.get("value", "on")))
        elif control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            if chosen is not None:
                values.append((name, chosen.get("value", _squeeze(chosen.get_text(" ")))))
        elif control.name == "textarea":
            values.append((name, control.get_text()))
        else:
            values.append((name, control.get("value", "")))
    return values, []


def _option(select: Tag, text: str) -> str:
    for option in select.find_all("option"):
        if text in (_squeeze(option.get_text(" ")), option.get("value")):
            return str(option.get("value", _squeeze(option.get_text(" "))))
    raise AssertionError(
        f"no choice « {text} » among {[_squeeze(option.get_text(' ')) for option in select.find_all('option')]}"
    )


def _label_of(button: Tag) -> str:
    shown = _squeeze(button.get_text(" ")) or str(button.get("value", ""))
    return f"{shown} {button.get('aria-label', '')}".strip()


def _is_near(part: Tag, text: str) -> bool:
    # The smallest thing around it that stands for itself: its row, card or section.
    for around in (part, *part.parents):
        if around.name in ("form", "li", "tr", "article", "section") and text in _squeeze(around.get_text(" ")):
            return True
        if around.name in ("li", "tr", "article", "section"):
            return False
    return False


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()
