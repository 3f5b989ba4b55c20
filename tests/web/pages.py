"""Tools for the tests of pages: read what a browser would, and refuse what ours never say."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client

UNRENDERED = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
SAID_BY_NOBODY = re.compile(r"\bNone\b|\bundefined\b|<\w+ object at |Decimal\(")
HTMX = {"headers": {"HX-Request": "true"}}


class Visitor(Client):
    """A client that looks at each page it gets, as the browser's security policy would."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            assert_clean(response)
        return response


def soup(response: HttpResponse | str) -> BeautifulSoup:
    """Parse an answer, or its text."""
    text = response if isinstance(response, str) else response.content.decode()
    return BeautifulSoup(text, "html.parser")


def assert_clean(response: HttpResponse | str) -> None:
    """Fail on what the security policy refuses, on template code, and on values not written for people."""
    page = soup(response)
    for tag in page.find_all(True):
        names = set(tag.attrs)
        assert "style" not in names, f"style attribute: {str(tag)[:200]}"
        handlers = [name for name in names if name.startswith(("on", "hx-on"))]
        assert not handlers, f"inline handler {handlers}: {str(tag)[:200]}"
        href = str(tag.get("href", ""))
        assert not href.lower().startswith("javascript:"), f"inline script: {str(tag)[:200]}"
    assert not page.find_all("style"), "a <style> element: the security policy refuses it"
    for script in page.find_all("script"):
        assert script.get("src") or script.get("type") == "application/json", f"inline script: {script}"
        script.extract()
    for written in page.select("textarea, input[type=text]"):
        written.extract()  # what a person writes there may be a template
    text = str(page)
    assert not UNRENDERED.search(text), f"template code left: {UNRENDERED.search(text)}"
    said = page.get_text(" ")
    found = SAID_BY_NOBODY.search(said)
    assert not found, (
        f"not for people: …{said[max(0, found.start() - 60) : found.end() + 60]}…" if found else ""
    )


def part(page: BeautifulSoup, selector: str) -> Tag:
    """Return the one element that the selector finds."""
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)} found"
    return found[0]


def text_of(tag: Tag | BeautifulSoup) -> str:
    """Return what is read, its spaces made one; no-break spaces are kept."""
    return re.sub(r"[ \n\t]+", " ", tag.get_text(" ")).strip()


def same(one: Tag | BeautifulSoup, other: Tag | BeautifulSoup) -> bool:
    """Compare two pieces of HTML but for blanks and CSRF tokens."""
    return _canonical(one) == _canonical(other)


def swap(page: BeautifulSoup, fragment: BeautifulSoup, target: str) -> BeautifulSoup:
    """Put a fragment inside the element `target` of a page, as HTMX does, toasts apart."""
    for spare in fragment.select("[hx-swap-oob]"):
        spare.extract()
    place = part(page, f"#{target}")
    place.clear()
    place.extend(list(fragment.contents))
    return page


def assert_fragment_is_part(client: Client, url: str, target: str, **extra: Any) -> BeautifulSoup:
    """Ask for a page whole, and as HTMX does: what HTMX gets is what the page holds in `target`."""
    whole = soup(client.get(url, **extra))
    fragment = client.get(url, **extra, headers={"HX-Request": "true", "HX-Target": target})
    assert fragment.status_code == 200, fragment.status_code
    assert b"<html" not in fragment.content, "HTMX was given a whole page"
    swapped = swap(soup(str(whole)), soup(fragment), target)
    assert same(part(swapped, f"#{target}"), part(whole, f"#{target}")), (
        f"{url}: the fragment differs from the page's #{target}"
    )
    return whole


def _canonical(tag: Tag | BeautifulSoup) -> str:
    copy = soup(str(tag))
    for token in copy.select("input[name=csrfmiddlewaretoken]"):
        token["value"] = ""
    return re.sub(r">\s+|\s+<", lambda found: found.group().strip(), re.sub(r"\s+", " ", str(copy)))
