"""The dialogs of client applications: what is asked before something is made, changed or ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gatepost_server.clients import LONGEST_SCENARIO, Client, ClientGroup, ClientSecret, Member
from gatepost_server.dataapis import RecentCaller
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog, RevealOnce
from gatepost_server.ui.kit.fields import (
    Advanced,
    Hidden,
    Option,
    PeopleField,
    RadioField,
    SelectField,
    TextField,
)
from gatepost_server.ui.kit.heads import Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.asking import VALIDITIES
from gatepost_server.ui.pages.client_addresses import addresses_field, callers_note

_KEY_HINT: Final = "8 to 127 letters, digits, underscores and hyphens."
_OVERLAPS: Final = [
    Choice("0", "Now"),
    Choice("3600", "In an hour"),
    Choice("86400", "In a day"),
    Choice("604800", "In seven days"),
    Choice("", "They go on"),
]
_PEOPLE: Final = "/clients/people"
_NO_GROUP: Final = Note(
    "There is no application group yet.",
    "An application needs one to be in. Administrators make them under Administration, Application groups.",
    "amber", "alert-triangle",
)  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What was typed into a form, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    def value(self, name: str, default: str = "") -> str:
        """Return what was typed into a field."""
        return self.values.get(name, default)

    def error(self, *names: str) -> str:
        """Return what is wrong with a field, which the rules may know under several names."""
        return next((self.faults[name] for name in names if name in self.faults), "")


def client_dialog(
    groups: Sequence[ClientGroup], typed: Typed, csrf: str, *, has_addresses: bool = True, is_over: bool
) -> FormDialog:
    """Return the form by which an administrator makes an application, or gives a hosted one an AppKey."""
    return FormDialog(
        "Give it an AppKey" if typed.value("app") else "New application",
        "/clients/new",
        "Create application",
        [*told(groups, typed), own_key(typed, has_addresses=has_addresses)],
        csrf,
        "/clients",
        sentence="Its AppSecret is shown when it is made.",
        fault=typed.fault,
        is_over=is_over,
        symbol="key",
    )


def edit_dialog(
    one: Client, groups: Sequence[ClientGroup], typed: Typed, csrf: str, *, is_over: bool
) -> FormDialog:
    """Return the form that changes what is said of an application."""
    listed = RadioField(
        "listed",
        "Who may find it",
        [
            Option(
                "on",
                "Everybody",
                "Others of your organization find its name and AppKey, and may ask to join.",
            ),
            Option("off", "Nobody else", "Only owners and members know of it."),
        ],
        typed.value("listed", "on" if one.is_listed else "off"),
    )
    here = f"/clients/{one.id}"
    return FormDialog(
        f"Edit {one.name}", f"{here}/edit", "Save", [*told(groups, typed), listed], csrf, here,
        sentence="Its AppKey never changes.", fault=typed.fault, is_over=is_over, symbol="pencil",
    )  # fmt: skip


def delete_dialog(one: Client, csrf: str, *, fault: str = "", is_over: bool) -> ConfirmDialog:
    """Return the question before an application is deleted; its name has to be typed."""
    effects = [
        f"The AppKey {one.app_key} and all its secrets stop at once, and the key is never given out again.",
        "What it was allowed to call, and its members, are gone.",
    ]
    if one.is_hosted:
        effects.append("The hosted application stays, with its address.")
    return ConfirmDialog(
        f"Delete {one.name}?", "This cannot be undone.", f"/clients/{one.id}/delete", f"Delete {one.name}",
        csrf, f"/clients/{one.id}", effects, typed_name=one.name, fault=fault, is_over=is_over,
    )  # fmt: skip


def secret_dialog(
    one: Client,
    members: Sequence[Member],
    typed: Typed,
    csrf: str,
    callers: Sequence[RecentCaller] = (),
    *,
    is_over: bool,
) -> FormDialog:
    """Return the form that makes another AppSecret, in the place of the earlier ones if wanted.

    It warns with *callers*: whoever called lately signs with a secret that may end.
    """
    whose = [Choice("", "The application"), *(Choice(each.username, each.name) for each in members)]
    here = f"/clients/{one.id}"
    return FormDialog(
        f"Reset the AppSecret of {one.name}",
        f"{here}/secrets/new",
        "Make AppSecret",
        [
            callers_note(callers),
            SelectField("member", "Whose", whose, typed.value("member")),
            SelectField(
                "overlap", "Earlier secrets end", _OVERLAPS, typed.value("overlap", "86400"),
                "Programs that still sign with one are refused from then on: change them before.",
                typed.error("overlap_seconds"),
            ),
            TextField(
                "custom", "A text of your own", kind="password", is_required=False, max_length=127,
                hint=f"Of the application only. Left out, a random one is made. {_KEY_HINT}",
                error=typed.error("app_secret", "custom_secret"),
            ),
            *validity_fields(typed, "permanent"),
        ],
        csrf,
        here,
        sentence="Tell whoever runs its programs before you end what they sign with.",
        fault=typed.fault,
        is_over=is_over,
        symbol="refresh",
    )  # fmt: skip


def show_dialog(one: Client, secret_id: str, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a secret is shown again."""
    return ConfirmDialog(
        f"Show the AppSecret of {one.name}?",
        "Whoever sees it can sign calls. It is written into the audit that you looked.",
        f"/clients/{one.id}/secrets/{secret_id}/reveal", "Show AppSecret", csrf, f"/clients/{one.id}",
        is_over=is_over, is_danger=False, symbol="eye",
    )  # fmt: skip


def shown(one: Client, text: str, *, is_over: bool, is_new: bool = False) -> RevealOnce:
    """Return a secret for whoever may see it."""
    code = f"export APP_KEY={one.app_key}\nexport APP_SECRET=…   # paste it here, not into your code"
    return RevealOnce(
        f"AppSecret of {one.name}",
        f"It belongs to the AppKey {one.app_key}.",
        text,
        "AppSecret",
        "Keep it where your programs keep their secrets." if is_new else "Close this when nobody else looks.",
        f"/clients/{one.id}",
        [Snippet("Shell", code)],
        is_over=is_over,
        is_kept=True,
    )


def end_dialog(one: Client, secret: ClientSecret, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a secret is deleted."""
    whose = "the application" if secret.member is None else secret.member.name
    return ConfirmDialog(
        f"Delete an AppSecret of {one.name}?",
        f"The one of {whose}, made on {secret.created_at:%d %b %Y} by {secret.by_name}.",
        f"/clients/{one.id}/secrets/{secret.id}/end", "Delete AppSecret", csrf, f"/clients/{one.id}",
        ["The next call that is signed with it is refused."], is_over=is_over,
    )  # fmt: skip


def add_dialog(one: Client, typed: Typed, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that lets people use an application."""
    here = f"/clients/{one.id}"
    who = PeopleField(
        "users", "People", _PEOPLE, typed.value("users"),
        "Several are separated by commas. Owners and members are in already.", typed.error("users", "to"),
    )  # fmt: skip
    return FormDialog(
        f"Add members to {one.name}", f"{here}/members/add", "Add members",
        [who, *validity_fields(typed, "90")], csrf, here,
        sentence="Each gets an AppSecret of their own, which ends with the membership.",
        fault=typed.fault, is_over=is_over, symbol="user-plus",
    )  # fmt: skip


def extend_dialog(one: Client, member: Member, typed: Typed, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that gives a membership another end."""
    here = f"/clients/{one.id}"
    return FormDialog(
        f"How long may {member.name} use {one.name}?", f"{here}/members/{member.username}/edit", "Save",
        validity_fields(typed, "90"), csrf, here, sentence="Counted from now. The AppSecret follows.",
        fault=typed.fault, is_over=is_over, symbol="calendar",
    )  # fmt: skip


def remove_dialog(one: Client, member: Member, csrf: str, *, is_over: bool) -> ConfirmDialog:
    """Return the question before a membership ends."""
    return ConfirmDialog(
        f"Remove {member.name} from {one.name}?", "They can be added again, with another AppSecret.",
        f"/clients/{one.id}/members/{member.username}/remove", f"Remove {member.name}", csrf,
        f"/clients/{one.id}", ["Calls signed with their AppSecret are refused at once."],
        is_over=is_over, symbol="user-off",
    )  # fmt: skip


def own_key(typed: Typed, *, has_addresses: bool) -> Advanced:
    """Return the fields for an AppKey of one's own, and for addresses where the server has lists of them."""
    is_asked = has_addresses or bool(typed.value("entries"))
    where = [addresses_field(typed.value("entries"), typed.error("ip_allowlist"))] if is_asked else []
    return Advanced(
        "An AppKey of your own, and from where calls may come" if is_asked else "An AppKey of your own",
        [
            TextField(
                "app_key", "AppKey", typed.value("app_key"), is_required=False, max_length=127,
                hint=f"Left out, one is made. {_KEY_HINT}", error=typed.error("app_key"),
            ),
            TextField(
                "app_secret", "AppSecret", kind="password", is_required=False, max_length=127,
                hint=f"Together with your own AppKey only. {_KEY_HINT} Use at least 20.",
                error=typed.error("app_secret"),
            ),
            *where,
        ],
        is_open=bool(typed.error("app_key", "app_secret", "ip_allowlist") or typed.fault),
    )  # fmt: skip


def told(groups: Sequence[ClientGroup], typed: Typed) -> list[Component]:
    """Return the fields that say what an application is; a hosted one has owners."""
    app = typed.value("app")
    return [
        *([Hidden("app", app)] if app else []),
        *([] if groups else [_NO_GROUP]),
        TextField(
            "name", "Application name", typed.value("name"), is_first=True, max_length=26, min_length=4,
            hint="4 to 26 Chinese characters, letters, digits or underscores; first a character or letter.",
            error=typed.error("name"),
        ),
        SelectField(
            "group", "Application group", [Choice(one.name, one.name) for one in groups],
            typed.value("group"), error=typed.error("group"),
        ),
        TextField(
            "scenario", "Scenario", typed.value("scenario"), is_required=False, max_length=LONGEST_SCENARIO,
            hint="What it is used for, for those who decide about it.", error=typed.error("scenario"),
        ),
        *([] if app else [_owners(typed)]),
    ]  # fmt: skip


def _owners(typed: Typed) -> PeopleField:
    return PeopleField(
        "owners", "Owners", _PEOPLE, typed.value("owners"),
        "Publishers or above; several are separated by commas.", typed.error("owners"), is_first=False,
    )  # fmt: skip


def validity_fields(typed: Typed, default: str) -> list[Component]:
    """Return the fields that say for how long."""
    return [
        SelectField(
            "validity", "Validity period", VALIDITIES, typed.value("validity", default),
            error=typed.error("validity"),
        ),
        TextField(
            "until", "End date", typed.value("until"), kind="date", is_required=False,
            hint="Only for “Until a date I choose”; the day is the last one.", error=typed.error("until"),
        ),
    ]  # fmt: skip
