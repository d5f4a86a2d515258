"""The page of one project: its head and tabs, its home, and the frame of its settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from gatepost_server.audit import Entry
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import CopyField, Person, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet, Tab, Tabs
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Section, Stack
from gatepost_server.ui.kit.tables import ListState
from gatepost_server.ui.pages.activity import ActivityList
from gatepost_server.ui.pages.application import TwoColumns


@dataclass(frozen=True)
class Part:
    """A tab of a project, or a page of its settings, that the viewer may see."""

    name: str
    words: str
    path: str
    symbol: Icon
    count: int | None = None


@dataclass(frozen=True)
class ProjectView:
    """One project with what the viewer may see of it and do to it."""

    id: str
    key: str
    name: str
    description: str
    owner: str
    created_at: datetime
    updated_at: datetime
    tabs: Sequence[Part]
    settings: Sequence[Part]
    may_edit: bool = False
    may_add: bool = False
    may_read: bool = False

    @property
    def base(self) -> str:
        """The address of its page."""
        return f"/projects/{self.key}"


@dataclass(frozen=True)
class SideNav(Component):
    """The pages of a tab, beside what is shown of them."""

    template: ClassVar[str] = "projects/side_nav.html"
    items: Sequence[Part]
    base: str
    here: str
    content: Component


@dataclass(frozen=True)
class Counts(Component):
    """How many things of each kind one may see, with the way there."""

    template: ClassVar[str] = "projects/counts.html"
    items: Sequence[Part]
    base: str


@dataclass(frozen=True)
class Prose(Component):
    """A text that people wrote, with its line breaks."""

    template: ClassVar[str] = "projects/prose.html"
    text: str


def page(
    view: ProjectView,
    here: str,
    content: Component,
    *,
    actions: Sequence[Component] = (),
    same: Sequence[Snippet] = (),
    crumbs: Sequence[Crumb] = (),
) -> Component:
    """Return the project's page with the tab *here* open; *crumbs* lead on from the project."""
    trail = [Crumb("Projects", "/projects"), Crumb(view.name, view.base if crumbs else None), *crumbs]
    shown = [SameWith(same), *actions] if same else list(actions)
    head = PageHead(view.name, _sentence(view), trail, shown)
    return Stack([head, _tabs(view, here), content])


def _sentence(view: ProjectView) -> str:
    counted = [
        f"{one.count} {one.words.lower()[:-1] if one.count == 1 else one.words.lower()}"
        for one in view.tabs
        if one.count is not None
    ]
    return f"Project {view.key} · {', '.join(counted)}"


def _tabs(view: ProjectView, here: str) -> Tabs:
    tabs = [Tab(one.words, view.base + one.path, one.count, is_here=one.name == here) for one in view.tabs]
    if view.settings:
        tabs.append(Tab("Settings", view.base + view.settings[0].path, is_here=here == "settings"))
    return Tabs(tabs, view.name)


def settings_page(
    view: ProjectView,
    here: str,
    content: Component,
    *,
    actions: Sequence[Component] = (),
    same: Sequence[Snippet] = (),
) -> Component:
    """Return the project's settings with the page *here* open."""
    words = next(one.words for one in view.settings if one.name == here)
    beside = SideNav(view.settings, view.base, here, content)
    return page(
        view, "settings", beside, actions=actions, same=same, crumbs=[Crumb("Settings"), Crumb(words)]
    )


def home(
    view: ProjectView,
    entries: Sequence[Entry] | None,
    state: ListState,
    now: datetime,
    url: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return the first tab; *entries* is None for who may not see what was done in the project."""
    timeline: Component = Note(
        "What was done here is not for you to see.",
        "It takes the permission Read configuration on the project.", "blue", "lock",
    )  # fmt: skip
    if entries is not None:
        timeline = ActivityList(entries, now, state, next_cursor)
    wide = Stack(
        [
            *([Card("About this project", Prose(view.description))] if view.description else []),
            Section("Timeline", timeline),
        ]
    )
    facts = [Fact("Key", CopyField(view.key, "Project key", is_small=True))]
    if view.owner:
        facts.append(Fact("Owner", Person(view.owner)))
    facts += [Fact("Made", Timestamp(view.created_at, now)), Fact("Changed", Timestamp(view.updated_at, now))]
    counted = [one for one in view.tabs if one.count is not None]
    narrow = Stack([Counts(counted, view.base), Card("Facts", Facts(facts))])
    actions = []
    if view.may_edit:
        actions.append(
            ButtonLink("Edit", f"{view.base}/edit", symbol="pencil", opens_dialog=True, extra="keep")
        )
    return page(view, "home", TwoColumns(wide, narrow), actions=actions, same=_same(view, url))


def _same(view: ProjectView, url: str) -> list[Snippet]:
    return [
        Snippet(
            "CLI", f"gatepost projects show {view.key}\ngatepost projects timeline {view.key} --limit 20"
        ),
        Snippet(
            "curl",
            'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n'
            f"  '{url}/api/v1/projects/{view.key}/timeline?limit=20'",
        ),
    ]
