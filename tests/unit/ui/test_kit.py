"""The component kit: what a component sees, says and escapes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import gallery
import pytest
from jinja2 import UndefinedError

from gatepost_server.ui import component
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import StateBadge, Text, Timestamp, initials_of
from gatepost_server.ui.kit.menus import ActionsMenu
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages.dataset import shown_value
from gatepost_server.ui.shell import content_security_policy
from gatepost_server.ui.static_files import find, own_path, vendor_path

NOW = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)


def test_a_component_escapes_what_it_shows() -> None:
    shown = str(Text("<script>alert(1)</script>", Text("<b>")))

    assert "<script>" not in shown
    assert "&lt;b&gt;" in shown


def test_a_template_fails_on_a_name_that_is_no_prop() -> None:
    @dataclass(frozen=True)
    class Misspelt(Component):
        template: ClassVar[str] = "kit/tag.html"
        wrods: str

    with pytest.raises(UndefinedError):
        str(Misspelt("Owner"))


def test_a_state_is_told_by_word_and_icon_not_by_colour_alone() -> None:
    shown = str(StateBadge("Failed", "red", "alert-triangle"))

    assert "Failed" in shown
    assert "#alert-triangle" in shown


def test_a_menu_with_nothing_to_do_is_not_drawn() -> None:
    assert str(ActionsMenu("m", "Report", [], "csrf")).strip() == ""


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(hours=30), "yesterday"),
        (timedelta(days=9), "12 Nov"),
        (timedelta(days=400), "17 Oct 2025"),
        (timedelta(days=-5), "in 5 days"),
        (timedelta(hours=-3), "in 3 h"),
    ],
)
def test_a_time_is_said_in_words_and_exactly(before: timedelta, words: str) -> None:
    shown = Timestamp(NOW - before, NOW)

    assert shown.words == words
    assert "UTC" in shown.exact


@pytest.mark.parametrize(
    ("name", "initials"), [("Mira Kovač", "MK"), ("priya.raman", "PR"), ("admin", "AD"), ("", "?")]
)
def test_initials_stand_for_a_name(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_list_keeps_its_state_in_the_address() -> None:
    state = ListState("/applications", {"q": "a b", "kind": "shiny", "cursor": "xyz"})

    assert state.href(state="failed") == "/applications?q=a+b&kind=shiny&state=failed"
    assert state.href(q=None, kind=None) == "/applications"


def test_the_policy_lets_nothing_run_that_has_no_nonce() -> None:
    policy = content_security_policy("n0nce", frames=["http://x.localhost:8080"])

    assert "script-src 'nonce-n0nce';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("name", [*gallery.PAGES, *gallery.BARE])
def test_every_page_draws_without_inline_code(name: str) -> None:
    shown = str(gallery.page(name))

    assert " style=" not in shown
    assert " onclick=" not in shown
    assert "<script>" not in shown


def test_assets_are_found_by_their_fingerprint_only() -> None:
    style, kit = own_path("gatepost.css"), vendor_path("kit.css")

    assert find(style.removeprefix("/static/")) is not None
    assert find(kit.removeprefix("/static/")) is not None
    assert find("vendor/manifest.json") is None
    assert find("vendor/../css/1-tokens.css") is None
    assert find("0123456789ab/gatepost.css") is None


def test_the_first_page_weighs_at_most_150_kb() -> None:
    names = [vendor_path("kit.css"), vendor_path("htmx.js"), own_path("gatepost.css")]
    names += [own_path(f"js/{path.name}") for path in (component.TEMPLATES.parent / "static/js").glob("*.js")]
    held = [find(name.removeprefix("/static/")) for name in names]

    assert sum(len(one.best_for("br, gzip")[0]) for one in held if one is not None) <= 150_000


def test_islands_stay_small() -> None:
    for island in (component.TEMPLATES.parent / "static/js").glob("*.js"):
        assert len(island.read_text().splitlines()) <= 300, island.name


def test_a_cell_shows_a_list_as_json_and_leaves_texts_as_they_are() -> None:
    for value, shown in (
        (["é", None, "b"], '["é", null, "b"]'),
        ({"a": [1]}, '{"a": [1]}'),
        ("v1.000000", "v1.000000"),
        ("2026-01-02T03:04:05.000000Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.000001Z", "2026-01-02T03:04:05.000001Z"),
        (None, None),
    ):
        assert shown_value(value) == shown
