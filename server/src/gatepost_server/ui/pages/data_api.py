"""The page of one data API: its head with what is in which stage, and its tabs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from gatepost_server.dataapis import DataApi
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, StateBadge, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.pieces import Stack
from gatepost_server.ui.pages.dataset import Line, Said

TabName = Literal["design", "test", "access", "calls", "versions", "docs"]
OPERATION_WORDS: Final = {
    "list": "List rows", "get": "Get one row", "create": "Create rows", "update": "Update a row",
    "delete": "Delete rows",
}  # fmt: skip


@dataclass(frozen=True)
class ApiView:
    """One data API with what who looks may do to it; `reads` says where from, to who may edit it.

    `project` is empty for who may not see that; `callers` is how many applications may call it.
    """

    one: DataApi
    project: str
    may: frozenset[str]
    reads: str = ""
    callers: int | None = None

    @property
    def base(self) -> str:
        """The address of its page."""
        return f"/projects/{self.one.project_key}/apis/{self.one.id}"

    @property
    def is_ahead(self) -> bool:
        """True when what is in development is not what programs call."""
        return self.one.development_version != self.one.production_version


@dataclass(frozen=True)
class Badges(Component):
    """States beside one another."""

    template: ClassVar[str] = "dataapis/badges.html"
    items: Sequence[StateBadge]


def page(
    view: ApiView, here: TabName, content: Sequence[Component], now: datetime, csrf: str, url: str
) -> Component:
    """Return the data API's page with the tab *here* open."""
    one = view.one
    crumbs = [Crumb("Data APIs", "/apis")]
    if view.project:
        crumbs.append(Crumb(view.project, f"/projects/{one.project_key}/apis"))
    head = PageHead(
        one.name, _line(view, now), [*crumbs, Crumb(one.name)], _actions(view, csrf, url),
        KindTile("bolt", "plumber", "lg"), stages(one),
    )  # fmt: skip
    return Stack([head, Tabs(_tabs(view, here), one.name), *content])


def stages(one: DataApi) -> Badges:
    """Return which version is in development, and which one programs call."""
    draft, live = one.development_version, one.production_version
    items = [] if draft == live else [StateBadge(f"Draft v{draft}", "blue", "pencil")]
    if live is None:
        return Badges([*items, StateBadge("Not published", "gray", "circle-dashed")])
    return Badges([*items, StateBadge(f"v{live} in production", "green", "circle-check")])


def _line(view: ApiView, now: datetime) -> Component:
    items: list[Component | str] = [view.reads] if view.reads else []
    if view.callers is not None:
        count = view.callers
        some = "no application yet" if not count else f"{count} application{'' if count == 1 else 's'}"
        items.append(f"called by {some}")
    elif view.one.owner_name:
        items.append(f"kept by {view.one.owner_name}")
    return Line([*items, Said("saved", Timestamp(view.one.updated_at, now))])


def _tabs(view: ApiView, here: TabName) -> list[Tab]:
    wanted: tuple[tuple[TabName, str, bool], ...] = (
        ("design", "Design", "versions" in view.may),
        ("test", "Test", "call" in view.may),
        ("access", "Access", "share" in view.may),
        ("calls", "Calls", "calls" in view.may),
        ("versions", "Versions", "versions" in view.may),
        ("docs", "Docs", True),
    )
    counts = {"access": view.callers}
    return [
        Tab(words, f"{view.base}/{name}", counts.get(name), is_here=name == here)
        for name, words, is_seen in wanted
        if is_seen
    ]


def _actions(view: ApiView, csrf: str, url: str) -> list[Component]:
    one, draft, live = view.one, view.one.development_version, view.one.production_version
    actions: list[Component] = [SameWith(same_one(view, url))]
    items = []
    if "edit" in view.may:
        items.append(MenuItem("Name and address…", f"{view.base}/edit", "pencil", opens_dialog=True))
    if "publish" in view.may and live is not None:
        items.append(
            MenuItem("Take out of production…", f"{view.base}/withdraw", "player-stop", opens_dialog=True)
        )
    if "delete" in view.may:
        words = f"Delete {one.name}…"
        items.append(MenuItem(words, f"{view.base}/delete", "trash", opens_dialog=True, is_danger=True))
    if items:
        actions.append(ActionsMenu("api-menu", one.name, items, csrf, look="plain"))
    if "versions" in view.may and live is not None and view.is_ahead:
        compare = f"{view.base}/versions/{draft}/compare?before={live}"
        actions.append(ButtonLink(f"Compare with v{live}", compare))
    if "publish" in view.may and view.is_ahead:
        publish = f"{view.base}/versions/{draft}/publish"
        actions.append(ButtonLink(f"Publish v{draft}", publish, "primary", "rocket", opens_dialog=True))
    return actions


def same_one(view: ApiView, url: str) -> list[Snippet]:
    """Return the same with the command line and the API."""
    one = view.one
    head = 'curl -H "Authorization: Key $GATEPOST_API_KEY"'
    return [
        Snippet(
            "CLI",
            f"gatepost apis show {one.project_key} {one.slug}\n"
            f"gatepost apis test {one.project_key} {one.slug}\n"
            f"gatepost apis publish {one.project_key} {one.slug} {one.development_version}",
        ),
        Snippet("curl", f"{head} \\\n  {url}/api/v1/projects/{one.project_key}/apis/{one.slug}"),
    ]
