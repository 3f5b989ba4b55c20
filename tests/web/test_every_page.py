"""Every page that a link leads to answers, in both languages: what a merge broke is seen here first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from acquit.store.accounts.models import User
from tests.flows.answering import keep, written
from tests.web.pages import Visitor, soup
from tests.web.worlds import company

#: Of pages that differ only in whom they are about or how they are sorted, so many are looked at.
_OF_A_KIND = 2
#: What is not written here, what a developer alone sees, and what is no page.
_APART = ("/accounts/", "/composants/", "/static/")
#: A mail as it left or came, in a frame without rights: its style is its author's.
_FRAMED = "/cadre/"


@pytest.fixture
def full(founded):
    """A company in which each state has an account, with two answers that wait."""
    cache.clear()
    with founded.open():
        of = company(founded)
        keep(founded, written("Nous contestons la facture F-1.", key="b1"), now=of.now)
        keep(founded, written("Qui êtes-vous ?", sender="inconnu@ailleurs.example", key="b2"), now=of.now)
    return of


def visitor_of(founded, tongue: str) -> Visitor:
    visitor = Visitor(headers={"Accept-Language": tongue})
    visitor.force_login(User.objects.get(pk=founded.user_id))
    return visitor


@pytest.mark.parametrize("tongue", ["fr", "en"])
def test_every_page_answers(founded, full, tongue: str) -> None:
    visitor, seen, broken = visitor_of(founded, tongue), set[str](), dict[str, str]()
    whence: dict[str, str] = {}
    waiting, kinds = list(_plain_routes()), Counter[str]()
    while waiting:
        url = waiting.pop(0)
        if url in seen or url.startswith(_APART) or url.endswith(_FRAMED):
            continue
        seen.add(url)
        try:
            found = resolve(urlsplit(url).path)
        except Resolver404:
            broken[url] = f"leads nowhere, from {whence.get(url)}"
            continue
        kind = f"{found.route} {found.kwargs.get('slug', '')} {bool(urlsplit(url).query)}"
        kinds[kind] += 1
        if kinds[kind] > _OF_A_KIND:
            continue
        try:
            answer = visitor.get(url)
        except AssertionError as unclean:
            broken[url] = str(unclean)
            continue
        if answer.status_code not in {200, 301, 302, 303, 405}:
            broken[url] = str(answer.status_code)
        elif answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            links = [there for there in _links(url, answer) if there not in seen]
            whence |= dict.fromkeys(links, url)
            waiting += links
    assert broken == {}
    assert len(kinds) > 60


def _plain_routes(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """Yield every route that names nothing in particular."""
    for one in (resolver or get_resolver()).url_patterns:
        path = before + str(one.pattern).lstrip("^").removesuffix("$").removesuffix("\\Z")
        if "<" in path or "(" in path:
            continue
        if isinstance(one, URLPattern):
            yield path
        else:
            yield from _plain_routes(one, path)


def _links(here: str, answer) -> Iterator[str]:
    page = soup(answer)
    for tag in page.select("a[href], [hx-get], iframe[src]"):
        said = str(next(tag[name] for name in ("href", "hx-get", "src") if name in tag.attrs))
        parts = urlsplit(urljoin(here, said))
        if said.startswith("#") or parts.scheme or parts.netloc:
            continue
        yield parts._replace(fragment="").geturl()
