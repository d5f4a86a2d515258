"""The steps of a scenario on its page: what each is about, and what may be done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.menus import ActionsMenu, MenuItem
from gatepost_server.ui.pages.step_forms import symbol_of, title_of, words_of


@dataclass(frozen=True)
class StepSource:
    """From where the dataset of a step is read, and where another account for that is chosen."""

    words: str
    sign_in: str = ""


@dataclass(frozen=True)
class StepLine(Component):
    """One step in its order, with what may be done to it."""

    template: ClassVar[str] = "projects/step_line.html"
    number: int
    symbol: Icon
    words: str
    title: str
    code: str = ""
    menu: Component | None = None
    source: str = ""


@dataclass(frozen=True)
class Steps(Component):
    """Steps below one another, numbered."""

    template: ClassVar[str] = "projects/steps.html"
    items: Sequence[Component]


def step_line(
    here: str,
    seen: str,
    at: int,
    last: int,
    step: Mapping[str, Any],
    *,
    source: StepSource,
    csrf: str,
    may_edit: bool,
) -> StepLine:
    """Return step number *at* of those up to number *last*; *seen* is the scenario as it is shown."""
    kind, query = str(step.get("type")), f"?seen={seen}"
    items = []
    if source.sign_in:
        words = "Sign in as another account…"
        items.append(MenuItem(words, source.sign_in, "plug-connected", opens_dialog=True))
    if may_edit:
        items.append(MenuItem("Edit", f"{here}/edit{query}", "pencil", opens_dialog=True))
        if at > 0:
            items.append(MenuItem("Move up", f"{here}/up{query}", "arrow-up", posts=True))
        if at < last:
            items.append(MenuItem("Move down", f"{here}/down{query}", "arrow-down", posts=True))
        if last > 0:
            items.append(
                MenuItem("Take out…", f"{here}/remove{query}", "trash", opens_dialog=True, is_danger=True)
            )
    menu = ActionsMenu(f"step-{at}", f"step {at + 1}", items, csrf)
    code = str(step.get("query", ""))
    return StepLine(at + 1, symbol_of(kind), words_of(kind), title_of(step), code, menu, source.words)
