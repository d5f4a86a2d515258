"""The Share dialog of an application: who, as what, until when, told how; and who has access now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.facts import Avatar, CopyField
from gatepost_server.ui.kit.fields import PeopleField, SelectField, TextField
from gatepost_server.ui.kit.heads import BinLink, SameWith, Snippet
from gatepost_server.ui.pages.external import ShareTabs
from gatepost_server.ui.pages.pending import Pending, PendingRow
from gatepost_server.ui.pages.sharing import ENDS, AccessRow, Shared, ShareState
from gatepost_server.ui.pages.sharing_effect import EffectBox

_SHOWN: Final = 6
WARNING: Final = (
    "People who share an application may see, edit and overwrite each other's work in it, and see what "
    "others upload there. That depends on the application."
)


@dataclass(frozen=True)
class Holder:
    """Somebody who has access; `change` is where their role is changed."""

    avatar: Avatar
    name: str
    second: str
    is_you: bool
    role: str
    change: str
    away: BinLink


@dataclass(frozen=True)
class ShareDialog(Component):
    """One form that gives several people, groups and organizations a role, above who has one.

    `why_no_mail` says why nobody can be told by mail; `rows` is who has access, latest first.
    """

    template: ClassVar[str] = "sharing/share_dialog.html"
    shared: Shared
    form: ShareState
    effect: EffectBox
    rows: Sequence[AccessRow]
    general: str
    address: str
    why_no_mail: str
    csrf: str
    same: Sequence[Snippet]
    is_over: bool
    tabs: ShareTabs
    asked: Sequence[PendingRow] = ()
    warning: str = WARNING

    @property
    def title(self) -> str:
        """What is shared."""
        return f"Share {self.shared.name}"

    @property
    def action(self) -> str:
        """Where the form goes."""
        return self.shared.add

    @property
    def back(self) -> str:
        """The page that it stands over."""
        return self.shared.here

    @property
    def fault(self) -> str:
        """What is wrong with the whole of it."""
        return self.form.fault

    @property
    def is_notified(self) -> bool:
        """Whether they are to be told by mail."""
        return self.form.is_notified

    @property
    def same_with(self) -> SameWith:
        """The same by CLI and API, behind its button."""
        return SameWith(self.same, "same-dialog")

    @property
    def people(self) -> PeopleField:
        """The one field for everybody."""
        return PeopleField(
            "who", "Share with", self.shared.find, self.form.who,
            "Type a name: people, groups and organizations, several at once.", self.form.who_error,
            without_scripts="User names with commas between them, group:NAME, organization:NAME.",
        )  # fmt: skip

    @property
    def role(self) -> SelectField:
        """What they are given."""
        return SelectField("role", "Role", self.shared.roles, self.form.role, error=self.form.role_error)

    @property
    def ends(self) -> SelectField:
        """When it ends."""
        return SelectField("ends", "Ends", ENDS, self.form.ends)

    @property
    def until(self) -> TextField:
        """The day, for an end that is chosen."""
        return TextField(
            "until", "End date", self.form.until, kind="date", is_required=False,
            hint="The last day, for a date you choose.", error=self.form.until_error,
        )  # fmt: skip

    @property
    def note(self) -> TextArea:
        """A word to them, kept with the grant."""
        return TextArea(
            "note", "Add note", self.form.note, "It is kept with the share, and goes along with the mail.",
            self.form.note_error, lines=2, max_length=500,
        )  # fmt: skip

    @property
    def pending(self) -> Pending | None:
        """Who asks for it."""
        return Pending(self.asked) if self.asked else None

    @property
    def count(self) -> str:
        """How many entries the list has."""
        return f"{self.total} {'entry' if self.total == 1 else 'entries'}"

    @property
    def total(self) -> int:
        """How many hold something."""
        return len(self.rows)

    @property
    def more_href(self) -> str:
        """Where all of them are; empty when they are here."""
        return self.shared.here if self.total > _SHOWN else ""

    @property
    def holders(self) -> Sequence[Holder]:
        """The latest of them."""
        return [self._holder(row) for row in self.rows[:_SHOWN]]

    @property
    def link(self) -> CopyField:
        """The address to send to them."""
        return CopyField(self.address, "link", is_small=True)

    @property
    def general_avatar(self) -> Avatar:
        """The sign of general access."""
        return Avatar("General access", "lg", "lock")

    def _holder(self, row: AccessRow) -> Holder:
        here = f"{self.shared.here}/{row.grant_id}"
        until = f" until {row.until:%d %b %Y}" if row.until else ""
        kind = row.username if row.kind == "user" else row.kind.capitalize()
        held_back = f" · opens only: server role {row.held_back_by}" if row.held_back_by else ""
        given = f" · {until.strip()}" if until else ""
        role = row.role.capitalize() or "Single permissions"
        return Holder(
            Avatar(row.name, "lg", None if row.kind == "user" else "users"),
            row.name,
            f"{kind}{given}{held_back}",
            row.is_you,
            role,
            f"{here}/change",
            BinLink(f"{here}/remove", f"{row.given} from {row.name}", "Take", "x"),
        )
