"""Paging: whatever the limit, the pages are the list; whatever the cursor, no failure."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import SYSTEM
from world import World

from gatepost_server import audit, identity
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, Page, PageRequest, cursor_of, page_from
from gatepost_server.store import Tx

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
Listing = Callable[[Tx, PageRequest], Page[object]]


@given(st.lists(texts, min_size=1, max_size=4))
def test_a_cursor_says_what_it_was_made_of(parts: list[str]) -> None:
    assert PageRequest(cursor=cursor_of(*parts)).position(len(parts)) == tuple(parts)


@given(st.text(max_size=300), st.integers(1, 3))
def test_any_text_is_a_cursor_or_refused(text: str, parts: int) -> None:
    try:
        found = PageRequest(cursor=text).position(parts)
    except Invalid as refused:
        found, code = None, refused.error_code
    else:
        code = "none"
    assert (code, found is None) in (("bad-cursor", True), ("none", False))
    assert found is None or len(found) == parts


@given(st.lists(st.integers(0, 99), unique=True), st.integers(1, MAX_LIMIT))
def test_pages_put_together_are_the_list(numbers: list[int], limit: int) -> None:
    rows = [f"{number:02}" for number in sorted(numbers)]
    seen: list[str] = []
    request = PageRequest(limit=limit)
    while True:
        after = request.position()
        ahead = [row for row in rows if after is None or row > after[0]][: limit + 1]
        page = page_from(ahead, request, lambda row: (row,))
        assert len(page.items) <= limit
        seen += page.items
        if page.next is None:
            break
        request = PageRequest(limit=limit, cursor=page.next)
    assert seen == rows


def _people(tx: Tx, page: PageRequest) -> Page[object]:
    return identity.list_users(tx, page).map(lambda user: user.id)


def _trail(tx: Tx, page: PageRequest) -> Page[object]:
    return audit.list_entries(tx, page, audit.EntryFilter(), is_for_all=True).map(lambda entry: entry.id)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("listing", [_people, _trail])
@given(limit=st.integers(1, 9))
def test_pages_of_a_store_are_its_list(world: World, listing: Listing, limit: int) -> None:
    with world.read(SYSTEM) as tx:
        if not identity.list_users(tx, PageRequest()).items:
            for number in range(7):
                world.person(f"user{number}")
    with world.read(SYSTEM) as tx:
        whole = list(listing(tx, PageRequest(limit=MAX_LIMIT)).items)
        seen: list[object] = []
        page = listing(tx, PageRequest(limit=limit))
        while True:
            seen += page.items
            if page.next is None:
                break
            page = listing(tx, PageRequest(limit=limit, cursor=page.next))
    assert len(whole) >= 7
    assert seen == whole
