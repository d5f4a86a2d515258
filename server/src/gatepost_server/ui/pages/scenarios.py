"""A project's scenarios: the list, one with its steps and runs, and one run as it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final

from gatepost_server.projects import Run, RunState
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import KindTile, Person, StateBadge, Text, Timestamp, Tone
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, PostButton, Section, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, NameCell, ResourceTable, Row
from gatepost_server.ui.pages.application import TwoColumns
from gatepost_server.ui.pages.project import ProjectView, page
from gatepost_server.ui.pages.scenario_step_lines import StepLine, Steps, StepSource, step_line
from gatepost_server.ui.pages.step_forms import FORMS, words_of

_STATES: Final[Mapping[RunState, tuple[str, Tone, Icon, bool]]] = {
    RunState.QUEUED: ("Waits", "gray", "clock", False),
    RunState.RUNNING: ("Runs", "blue", "progress", True),
    RunState.DONE: ("Done", "green", "check", False),
    RunState.FAILED: ("Failed", "red", "alert-triangle", False),
    RunState.CANCELLED: ("Cancelled", "gray", "ban", False),
    RunState.SKIPPED: ("Skipped", "gray", "arrow-right", False),
}
_COLUMNS: Final = [
    Column("Name", place="title"),
    Column("Last run", "c-own", place="badge"),
    Column("Schedule", "k-used", place="left"),
    Column("Next", "k-made", place="right"),
    Column("Actions", "c-act", place="act"),
]
_RUNS: Final = [
    Column("Run", place="title"),
    Column("State", "c-own", place="badge"),
    Column("Took", "k-made", place="left"),
    Column("Started by", "c-own", place="right"),
]
_MINUTE: Final = 60


@dataclass(frozen=True)
class ScenarioView:
    """One scenario with what the viewer may see of it; `steps` is None for who may not read it."""

    id: str
    key: str
    name: str
    may: frozenset[str]
    seen: str
    steps: Sequence[Mapping[str, Any]] | None = None
    cron: str | None = None
    next_at: datetime | None = None
    acts_as: str = ""
    run_as: str | None = None
    last: Run | None = None
    sources: Mapping[int, StepSource] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The address of its page."""
        return f"/projects/{self.key}/scenarios/{self.id}"


@dataclass(frozen=True)
class Live(Component):
    """A part of a page that is drawn again every two seconds while it moves."""

    template: ClassVar[str] = "projects/live.html"
    live_id: str
    href: str
    content: Component
    is_live: bool = True


def run_badge(state: RunState) -> StateBadge:
    """Return the badge of a run's state, or a step's."""
    return StateBadge(*_STATES[state])


def add_menu(base: str, csrf: str, words: str, query: str = "") -> ActionsMenu:
    """Return the menu of the kinds of steps that can be added at *base*; primary where nothing else is."""
    items = [
        MenuItem(form.adds, f"{base}?type={kind}{query}", form.symbol, opens_dialog=True)
        for kind, form in FORMS.items()
    ]
    return ActionsMenu(
        "step-menu", words, items, csrf, words=words, symbol="plus", look="plain" if query else "primary"
    )


def scenario_list(
    view: ProjectView,
    found: Sequence[ScenarioView],
    state: ListState,
    now: datetime,
    csrf: str,
    url: str,
    *,
    next_cursor: str | None,
) -> Component:
    """Return the scenarios of a project that one may see."""
    here = f"{view.base}/scenarios"
    add = add_menu(f"{here}/new", csrf, "New scenario")
    empty = Empty(
        "No scenarios yet",
        "A scenario runs steps in order: queries, refreshes, mails. By hand, or by a schedule.",
        "player-play", add if view.may_add else None,
    )  # fmt: skip
    table = ResourceTable(
        "scenarios", "scenarios", _COLUMNS, [_row(one, now, csrf) for one in found], state, empty,
        find_hint="Find by name", next_cursor=next_cursor,
    )  # fmt: skip
    is_live = any(one.last is not None and not one.last.state.is_ended for one in found)
    content = Live("scenario-list", state.href(), table, is_live)
    actions = [add] if view.may_add and found else []
    return page(view, "scenarios", content, actions=actions, same=same_running(view.key, "nightly", url))


def _row(one: ScenarioView, now: datetime, csrf: str) -> Row:
    steps = one.steps or ()
    second = " → ".join(words_of(str(step.get("type"))).lower() for step in steps[:4])
    items = []
    if "run" in one.may:
        items.append(MenuItem("Run now", f"{one.base}/run", "player-play", posts=True))
    if "delete" in one.may:
        items.append(
            MenuItem(f"Delete {one.name}…", f"{one.base}/delete", "trash", opens_dialog=True, is_danger=True)
        )
    never = Text("Never", is_quiet=True)
    last: Component = (
        Text(run_badge(one.last.state), Timestamp(one.last.created_at, now)) if one.last else never
    )
    return Row(
        [
            NameCell(one.name, second, one.base, KindTile("player-play", "plumber")),
            last,
            Text(one.cron, is_mono=True) if one.cron else Text("By hand", is_quiet=True),
            Timestamp(one.next_at, now) if one.next_at else Text(""),
        ],
        ActionsMenu(f"menu-{one.id}", one.name, items, csrf),
    )


def scenario_page(
    view: ScenarioView,
    project: str,
    runs: Sequence[Run] | None,
    state: ListState,
    now: datetime,
    *,
    csrf: str,
    url: str,
    next_cursor: str | None,
) -> Component:
    """Return the page of a scenario: its steps, and what became of its runs."""
    parts: list[Component] = []
    if view.steps is None:
        parts.append(Note("Its steps are not for you to see.", "", "blue", "lock"))
    else:
        lines = [_line(view, at, step, csrf) for at, step in enumerate(view.steps)]
        add = None
        if "edit" in view.may:
            add = add_menu(f"{view.base}/steps/new", csrf, "Add a step", f"&seen={view.seen}")
        parts.append(Section("Steps", Steps(lines), "In this order; the first that fails ends the run.", add))
    if runs is not None:
        is_live = any(not one.state.is_ended for one in runs)
        table = ResourceTable(
            "runs", "runs", _RUNS, [_run_row(view, one, now) for one in runs], state,
            Empty("It has not run yet", "Run it now, or give it a schedule.", "history"),
            next_cursor=next_cursor,
        )  # fmt: skip
        parts.append(Section("Runs", Live("run-list", state.href(), table, is_live)))
    content = TwoColumns(Stack(parts), Card("About", Facts(_facts(view, now))))
    return Stack([_head(view, project, csrf, url), content])


def _head(view: ScenarioView, project: str, csrf: str, url: str) -> PageHead:
    items = []
    if "delete" in view.may:
        items.append(
            MenuItem(
                f"Delete {view.name}…", f"{view.base}/delete", "trash", opens_dialog=True, is_danger=True
            )
        )
    actions: list[Component] = [SameWith(same_running(view.key, view.name, url))]
    actions.append(ActionsMenu("scenario-menu", view.name, items, csrf, look="plain"))
    if "edit" in view.may:
        actions.append(ButtonLink("Edit", f"{view.base}/edit", symbol="pencil", opens_dialog=True))
    if "run" in view.may:
        actions.append(PostButton("Run now", f"{view.base}/run", csrf, "primary"))
    badge = run_badge(view.last.state) if view.last is not None else None
    said = f"By the schedule {view.cron}" if view.cron else "Run by hand"
    return PageHead(
        view.name, said, crumbs_of(view, project), actions, KindTile("player-play", "plumber", "lg"), badge
    )


def crumbs_of(view: ScenarioView, project: str, *more: Crumb) -> list[Crumb]:
    """Return the way to a scenario and on from it; *project* is empty for who may not see that."""
    base = f"/projects/{view.key}"
    here = Crumb(view.name, view.base if more else None)
    if not project:
        return [Crumb("Projects", "/projects"), Crumb(view.key), here, *more]
    first = [Crumb("Projects", "/projects"), Crumb(project, base), Crumb("Scenarios", f"{base}/scenarios")]
    return [*first, here, *more]


def _facts(view: ScenarioView, now: datetime) -> list[Fact]:
    schedule = Text(view.cron, "minute hour day month weekday, UTC", is_mono=True) if view.cron else "None"
    facts = [Fact("Schedule", schedule)]
    if view.next_at is not None:
        facts.append(Fact("Next run", Timestamp(view.next_at, now)))
    if view.acts_as:
        facts.append(Fact("Defined by", Person(view.acts_as)))
    if view.run_as:
        facts.append(Fact("Runs as", Person(view.run_as)))
    return facts


def _line(view: ScenarioView, at: int, step: Mapping[str, Any], csrf: str) -> StepLine:
    last = len(view.steps or ()) - 1
    source = view.sources.get(at, StepSource(""))
    return step_line(
        f"{view.base}/steps/{at}",
        view.seen,
        at,
        last,
        step,
        source=source,
        csrf=csrf,
        may_edit="edit" in view.may,
    )


def _run_row(view: ScenarioView, one: Run, now: datetime) -> Row:
    why = one.reason or (f"for {one.slot_at:%d %b, %H:%M} UTC" if one.slot_at is not None else "")
    return Row(
        [
            NameCell(Timestamp(one.created_at, now).words.capitalize(), why, f"{view.base}/runs/{one.id}"),
            run_badge(one.state),
            Text(took(one.started_at, one.ended_at, now)),
            Text("Schedule" if one.slot_at is not None else one.asked_by, is_quiet=one.slot_at is not None),
        ]
    )


def took(start: datetime | None, end: datetime | None, now: datetime) -> str:
    """Return how long something has taken; empty when it has not begun."""
    if start is None:
        return ""
    seconds = max(0.0, ((end or now) - start).total_seconds())
    return (
        f"{seconds:.1f} s"
        if seconds < _MINUTE
        else f"{int(seconds // _MINUTE)} min {int(seconds % _MINUTE)} s"
    )


def same_running(key: str, name: str, url: str) -> list[Snippet]:
    """Return how a scenario is run by CLI and API."""
    quoted = f"'{name}'" if " " in name else name
    path = name.replace(" ", "%20")
    return [
        Snippet("CLI", f"gatepost scenarios list {key}\ngatepost scenarios run {key} {quoted}"),
        Snippet(
            "curl",
            'curl -X POST -H "Authorization: Key $GATEPOST_API_KEY" \\\n'
            f"  {url}/api/v1/projects/{key}/scenarios/{path}/run",
        ),
    ]
