"""Trying a credential at all its connections: how each came out, before something is saved or at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from gatepost_server.connections import Checked, Checks, Tested
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.editors import Tick, Ticks
from gatepost_server.ui.kit.facts import KindTile, StateBadge
from gatepost_server.ui.kit.heads import Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.pages.connection_words import DRIVER_WORDS, STEP_WORDS
from gatepost_server.vault import Credential

_ANYWAY: Final = Ticks(
    "confirmed", "All the same", [Tick("yes", "Save it anyway", "Without trying it again.")]
)

_LEFT: Final = "There are ten tests a minute."


@dataclass(frozen=True)
class CheckLine:
    """One connection, and how a credential came out there."""

    name: str
    said: str
    tile: KindTile
    badge: StateBadge


@dataclass(frozen=True)
class CheckList(Component):
    """Connections below one another, each with how a credential came out there."""

    template: ClassVar[str] = "credentials/checked.html"
    lines: Sequence[CheckLine]


@dataclass(frozen=True)
class CheckResult(Component):
    """What came of trying a credential at all its connections."""

    template: ClassVar[str] = "credentials/check_result.html"
    title: str
    sentence: str
    found: CheckList
    back: str
    again: str
    is_over: bool


def check_list(found: Sequence[Checked]) -> CheckList:
    """Return how a credential came out, failing connections first."""
    ordered = sorted(found, key=lambda one: one.tested.ok)
    return CheckList([_line(one) for one in ordered])


def _line(one: Checked) -> CheckLine:
    works = StateBadge("Works", "green", "circle-check")
    badge = works if one.tested.ok else StateBadge("Fails", "red", "alert-triangle")
    tile = KindTile(DRIVER_WORDS[one.connection_type].symbol)
    return CheckLine(one.connection_name, _said(one.tested), tile, badge)


def _said(tested: Tested) -> str:
    failed = next((step for step in tested.steps if not step.ok), None)
    if failed is not None:
        return f"{STEP_WORDS[failed.name]}: {failed.hint}"
    return f"{sum(step.ms for step in tested.steps)} ms"


def doubts(found: Checks, unknown: str, *, has_secret: bool) -> list[Component]:
    """Return what has to be seen before a change is saved: what fails, or that it could not be tried."""
    failing = [one for one in found.done if not one.tested.ok]
    again = "Nothing is saved yet."
    if has_secret:
        again += " Type the secret once more, for it was kept nowhere."
    if unknown:
        note = Note("It could not be tried.", f"{unknown} {again}", "amber", "alert-triangle")
        return [note, _ANYWAY]
    if not failing and found.untried:
        left = f"It was not tried at {len(found.untried)} of its connections."
        return [Note(left, f"{_LEFT} {again}", "amber", "alert-triangle"), _ANYWAY]
    if not failing:
        return []
    several = f"{len(failing)} of its {len(found.done)} connections"
    where = several if len(found.done) > 1 else f"its connection {found.done[0].connection_name}"
    note = Note(f"With this it would fail at {where}.", again, "red", "alert-triangle")
    return [note, check_list(found.done), _ANYWAY]


def check_dialog(one: Credential, count: int, csrf: str, *, fault: str = "", is_over: bool) -> FormDialog:
    """Return the question before a credential is tried everywhere."""
    here = f"/credentials/{one.id}"
    where = "its connection" if count == 1 else f"its {count} connections"
    same = [Snippet("CLI", f"gatepost credentials check {one.id}")]
    return FormDialog(
        f"Test {one.name}", f"{here}/test", "Test all", [], csrf, here,
        sentence=f"It signs in at {where}, as it is stored. Nothing is changed.",
        fault=fault, is_over=is_over, symbol="plug-connected", same=same,
    )  # fmt: skip


def check_result(one: Credential, checks: Checks, *, is_over: bool) -> CheckResult:
    """Return how a credential came out at all its connections."""
    found = checks.done
    failing = sum(not each.tested.ok for each in found)
    sentence = f"It works at all {len(found)}." if len(found) > 1 else "It works."
    if failing:
        sentence = f"It fails at {failing} of {len(found)}."
    if not found:
        sentence = "It signs in nowhere now: no connection that you may use is associated with it."
    if checks.untried:
        sentence += f" It was not tried at {len(checks.untried)} more. {_LEFT}"
    here = f"/credentials/{one.id}"
    return CheckResult(f"Test of {one.name}", sentence, check_list(found), here, f"{here}/test", is_over)
