"""The Keys tab of an application: its own key and its visitors' side by side, and how code uses them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from gatepost_server.apps import AppKey, WayFacts
from gatepost_server.apps.model import KeyScopeLevel, Kind
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import CopyField, Tag, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Snippet
from gatepost_server.ui.kit.pieces import Section, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.application import AppView, page
from gatepost_server.ui.pages.key_facts import LEVELS, badge_of, level_words, short, used

_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Key", "k-key", place="left"),
    Column("Acts for", place="wide"),
    Column("State", "k-exp", place="badge"),
    Column("Made", "k-made", place="none"),
    Column("Last used", "k-used", place="right"),
]
_PYTHON: Final = "import gatepost\n"
_BOTH: Final = (
    "    with gatepost.client(visitor={0}) as visitor, gatepost.client() as itself:\n"
    "        return [visitor.me.get(), itself.me.get()]"
)
_FASTAPI: Final = (
    f"{_PYTHON}from fastapi import FastAPI, Request\n\napp = FastAPI()\n\n\n"
    f'@app.get("/who")\ndef who(request: Request):\n{_BOTH.format("request")}'
)
_FLASK: Final = (
    f"{_PYTHON}from flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
    f'@app.get("/who")\ndef who():\n{_BOTH.format("request")}'
)
_STREAMLIT: Final = (
    f"{_PYTHON}import streamlit as st\n\n"
    "with gatepost.client(visitor=st.context) as visitor, gatepost.client() as itself:\n"
    "    st.write(visitor.me.get(), itself.me.get())"
)
_SHINY: Final = (
    f"{_PYTHON}from shiny import App, render, ui\n\n\ndef server(input, output, session):\n"
    "    @render.text\n    def who():\n"
    "        with gatepost.client(visitor=session) as visitor:\n"
    "            return str(visitor.me.get())\n\n\n"
    'app = App(ui.page_fluid(ui.output_text("who")), server)'
)
_PLUMBER: Final = (
    "#* @get /who\nfunction(req) {\n"
    '  at <- url(paste0(Sys.getenv("GATEPOST_SERVER"), "/api/v1/me"),\n'
    '            headers = c(Authorization = paste("Key", req$HTTP_X_GATEPOST_VISITOR_KEY)))\n'
    "  on.exit(close(at))\n"
    '  jsonlite::fromJSON(paste(readLines(at, warn = FALSE), collapse = ""))\n}'
)
_CODE: Final = {
    "Streamlit": (_STREAMLIT, (Kind.STREAMLIT,)),
    "FastAPI": (_FASTAPI, (Kind.FASTAPI, Kind.ASGI)),
    "Flask": (_FLASK, (Kind.WSGI,)),
    "Shiny": (_SHINY, (Kind.SHINY,)),
    "Plumber": (_PLUMBER, (Kind.PLUMBER,)),
}


@dataclass(frozen=True)
class OneKey:
    """One of the two: what it is called where the code finds it, for whom it acts, how far."""

    title: str
    symbol: Icon
    level: Tag
    sentence: str
    names: Sequence[CopyField] = ()
    action: Component | None = None


@dataclass(frozen=True)
class KeysPanel(Component):
    """The two keys, and code that uses them, for the application's own kind first."""

    template: ClassVar[str] = "apps/keys_panel.html"
    keys: Sequence[OneKey]
    snippets: Sequence[Snippet]
    change: Component | None = None


def keys_tab(
    view: AppView,
    found: Sequence[AppKey],
    way: WayFacts | None,
    viewer_id: str,
    *,
    now: datetime,
    csrf: str,
    url: str,
) -> Component:
    """Return the tab; *way* is how far the keys reach, None before anything is deployed."""
    level = (way.level or KeyScopeLevel.VIEWER) if way is not None else None
    two = [_own(view, level, viewer_id), _visitors(view, level, way)]
    change = None
    if view.source_id and view.row.may_upload and view.row.kind is not Kind.STATIC:
        href = f"/sources/{view.source_id}/versions/{view.row.version}/resources"
        change = ButtonLink("Change the level", href, "link", opens_dialog=True)
    panel = KeysPanel(two, [] if view.row.kind is Kind.STATIC else _code(view.row.kind), change)
    had = Section("Keys that it has and had", _table(found, now))
    number = view.row.number
    same = [
        Snippet("CLI", f"gatepost apps keys {number}"),
        Snippet("curl", f'curl -H "Authorization: Key $GATEPOST_API_KEY" {url}/api/v1/apps/{number}/keys'),
    ]
    return page(view, "keys", Stack([panel, had]), now, csrf, url, same=same)


def _may(level: KeyScopeLevel | None) -> str:
    return LEVELS[level or KeyScopeLevel.VIEWER].lower()


def _level(level: KeyScopeLevel | None) -> Tag:
    if level is None:
        return Tag("No level yet")
    return Tag(f"Level {level.value.capitalize()}", title="The required key scope level of its version")


def _why_none(view: AppView, level: KeyScopeLevel | None) -> str:
    """Say why there is no key at all; empty when there is, or will be."""
    if view.row.kind is Kind.STATIC:
        return "A static site runs no code, and gets no key."
    if level is KeyScopeLevel.NONE:
        return "Its version asks for the level None, so it gets no key."
    return ""


def _own(view: AppView, level: KeyScopeLevel | None, viewer_id: str) -> OneKey:
    title, none = "Its own key (creator key)", _why_none(view, level)
    used_one = view.key
    if none or used_one is None or used_one.key.owner is None:
        later = "It gets one when it starts, and acts by it for whoever deployed it."
        return OneKey(title, "key", _level(level), none or later)
    who = used_one.key.owner
    sentence = (
        f"Acts for {who.label}, who deployed it. It may {_may(level)}, and never more than they may. It "
        "stays the same after stop and start, has no end, and goes with the application."
    )
    names = ("GATEPOST_API_KEY", "DATAROBOT_API_TOKEN", "CONNECT_API_KEY")
    action = None
    if who.id == viewer_id:
        here = f"/keys/{used_one.key.id}/copy"
        action = ButtonLink("Copy the key", here, symbol="copy", opens_dialog=True)
    return OneKey(title, "key", _level(level), sentence, _fields(names, "environment variable"), action)


def _visitors(view: AppView, level: KeyScopeLevel | None, way: WayFacts | None) -> OneKey:
    title, none = "Its visitors' keys (visitor key)", _why_none(view, level)
    if none:
        return OneKey(title, "users", _level(level), none)
    where = ""
    if way is not None and way.visitor_reach is not None:
        count = len(way.visitor_reach)
        where = f" They reach {count} {'place' if count == 1 else 'places'} that the version names."
    sentence = (
        "Comes with every request, WebSockets too, and acts for whoever sent it. It may at most "
        f"{_may(level)}, and never more than they may.{where} It works in this application only, and ends "
        "with their session. Guests have none."
    )
    names = ("x-gatepost-visitor-key", "x-datarobot-api-key", "Posit-Connect-User-Session-Token")
    return OneKey(title, "users", _level(level), sentence, _fields(names, "request header"))


def _fields(names: Sequence[str], what: str) -> list[CopyField]:
    return [CopyField(name, f"{what} {name}", is_small=True) for name in names]


def _code(kind: Kind) -> list[Snippet]:
    """Return the examples, the one for *kind* first."""
    ordered = sorted(_CODE.items(), key=lambda one: kind not in one[1][1])
    return [Snippet(title, code) for title, (code, _) in ordered]


def _table(found: Sequence[AppKey], now: datetime) -> ResourceTable:
    empty = Empty("No key yet", "The first start makes it.", "key")
    rows = [_row(one, now) for one in found]
    return ResourceTable("app-keys", "keys", _COLUMNS, rows, ListState("", {}), empty)


def _row(one: AppKey, now: datetime) -> Row:
    key = one.key
    who = key.owner.label if key.owner is not None else ""
    return Row(
        [
            NameCell(key.name),
            Text(short(key), is_mono=True),
            Text(who, " · ".join(level_words(one)) if one.is_used else "Not run with it any more"),
            badge_of(key, now),
            Timestamp(key.created_at, now),
            used(key, now),
        ]
    )
