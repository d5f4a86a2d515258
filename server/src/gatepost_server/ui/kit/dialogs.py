"""Dialogs: each is a page of its own, and comes over the page it was opened from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.heads import SameWith, Snippet


@dataclass(frozen=True)
class FormDialog(Component):
    """A form that asks for a few things and has one button that does it.

    `is_over` draws it as a dialog (the page was asked for by htmx), else as a sheet in the
    page. `fault` is what is wrong with the whole of it; fields say their own.
    """

    template: ClassVar[str] = "kit/form_dialog.html"
    title: str
    action: str
    submit: str
    fields: Sequence[Component]
    csrf: str
    back: str
    sentence: str = ""
    fault: str = ""
    is_over: bool = False
    is_upload: bool = False
    is_danger: bool = False
    symbol: Icon | None = None
    same: Sequence[Snippet] = ()

    @property
    def same_with(self) -> SameWith | None:
        """The same by CLI and API, behind its button."""
        return SameWith(self.same, "same-dialog") if self.same else None


@dataclass(frozen=True)
class ConfirmDialog(Component):
    """Asks before something grave; names the object and what will stop or change.

    With `typed_name` the button works only after the name was typed (checked by the server
    as well). `is_danger` is for what cannot simply be done back.
    """

    template: ClassVar[str] = "kit/confirm_dialog.html"
    title: str
    sentence: str
    action: str
    submit: str
    csrf: str
    back: str
    effects: Sequence[str] = ()
    typed_name: str = ""
    fault: str = ""
    is_over: bool = False
    is_danger: bool = True
    symbol: Icon = "trash"
    same: Sequence[Snippet] = ()
    more: Component | None = None

    @property
    def same_with(self) -> SameWith | None:
        """The same by CLI and API, behind its button."""
        return SameWith(self.same, "same-dialog") if self.same else None


@dataclass(frozen=True)
class RevealOnce(Component):
    """Shows a secret for the only time: copy, a warning, snippets, a tick before Done.

    One that *is_kept* can be shown again, so nothing has to be ticked. Snippets must name the
    secret by an environment variable, never hold it.
    """

    template: ClassVar[str] = "kit/reveal_once.html"
    title: str
    sentence: str
    secret: str
    label: str
    warning: str
    back: str
    snippets: Sequence[Snippet] = ()
    after: str = ""
    is_over: bool = False
    is_kept: bool = False


@dataclass(frozen=True)
class FaultDialog(Component):
    """A refusal, when a dialog was asked for."""

    template: ClassVar[str] = "kit/fault_dialog.html"
    title: str
    sentence: str
    decision_id: str = ""
    tone: Literal["red", "amber"] = "red"
