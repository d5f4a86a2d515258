"""Menus behind ⋯ and behind a button: links and one-step actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component


@dataclass(frozen=True)
class MenuItem:
    """One line of a menu.

    A plain item is a link; `opens_dialog` brings the page behind it as a dialog; `posts`
    makes it a button that sends the action at once (only for what can be undone).
    """

    words: str
    href: str
    symbol: Icon
    posts: bool = False
    opens_dialog: bool = False
    is_danger: bool = False
    in_new_tab: bool = False
    starts_group: bool = False
    only_narrow: bool = False


@dataclass(frozen=True)
class ActionsMenu(Component):
    """A button with a menu of what may be done to one thing; `subject` names it.

    Draws nothing when there is nothing to do.
    """

    template: ClassVar[str] = "kit/actions_menu.html"
    menu_id: str
    subject: str
    items: Sequence[MenuItem]
    csrf: str
    words: str = ""
    symbol: Icon = "dots"
    look: Literal["quiet btn-sm", "plain", "primary"] = "quiet btn-sm"
