"""Credentials Management: the list at the left, one credential at the right, and its dialogs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import quote

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import ConfirmDialog, FormDialog
from gatepost_server.ui.kit.facts import KindTile, StateBadge, Timestamp
from gatepost_server.ui.kit.fields import Hidden, TextField
from gatepost_server.ui.kit.heads import ButtonLink, Crumb, PageHead, SameWith, Snippet
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Fact, Stack
from gatepost_server.ui.kit.tables import Empty, ListState
from gatepost_server.ui.pages.credential_fields import TypeLink, TypeLinks, secret_field
from gatepost_server.ui.pages.credential_words import HEALTH, TYPES, HealthWords, kind_of
from gatepost_server.vault import Credential, CredentialType, State

HOME: Final = "/credentials"
_NEW: Final = f"{HOME}/new"


@dataclass(frozen=True)
class CredentialForm:
    """What was typed into the form of a credential, but for the secret, and what is wrong with it."""

    type: CredentialType = CredentialType.BASIC
    name: str = ""
    user: str = ""
    connection: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Standing:
    """How the vault stands for who looks: whether it stores, whether its key is here."""

    stores: bool = True
    state: State = State.OPEN
    is_administrator: bool = False

    @property
    def is_open(self) -> bool:
        """Whether another credential can be stored now."""
        return self.stores and self.state is State.OPEN


@dataclass(frozen=True)
class One:
    """The credential at the right, and what who looks may do with it. `more` stands below it."""

    credential: Credential
    may_edit: bool = False
    may_delete: bool = False
    is_own: bool = True
    is_used: bool = False
    more: Sequence[Component] = ()


@dataclass(frozen=True)
class Item:
    """One line of the list at the left."""

    name: str
    second: str
    href: str
    tile: KindTile
    health: HealthWords
    is_here: bool
    note: str = ""


@dataclass(frozen=True)
class CredentialPane(Component):
    """One credential: who it signs in as, that its secret is stored, how it does."""

    template: ClassVar[str] = "credentials/pane.html"
    name: str
    second: str
    tile: KindTile
    actions: Sequence[Component]
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Panes(Component):
    """The list of credentials beside one of them; on a phone one after the other (`is_one`)."""

    template: ClassVar[str] = "credentials/panes.html"
    items: Sequence[Item]
    state: ListState
    one: Component
    is_one: bool
    next_cursor: str | None

    @property
    def is_later_page(self) -> bool:
        """True when this is not the first page."""
        return bool(self.state.value("cursor"))

    @property
    def next_href(self) -> str | None:
        """The address of the next page."""
        return self.state.href(cursor=self.next_cursor) if self.next_cursor else None


def manage(
    found: Sequence[Credential],
    state: ListState,
    one: One | None,
    standing: Standing,
    now: datetime,
    url: str,
    *,
    is_one: bool,
    next_cursor: str | None,
    counts: Mapping[str, int],
) -> Component:
    """Return the page; *counts* are how many connections each credential has, none where it has none."""
    new = ButtonLink("Add new credentials", _NEW, "primary", "plus", opens_dialog=True)
    actions: list[Component] = [SameWith(_same(url)), *([new] if standing.is_open else [])]
    crumbs = [Crumb("Credentials")]
    if is_one and one is not None:
        crumbs = [Crumb("Credentials", HOME), Crumb(one.credential.name)]
    said = "Stored once, used by connections, never shown again by any route."
    head = PageHead("Credentials Management", said, crumbs, actions, KindTile("lock", size="lg"))
    warnings = [note] if (note := _warning(standing)) else []
    if not found and one is None and not state.value("q"):
        return Stack([head, *warnings, _empty(standing, new)])
    items = [_item(each, state, one, counts.get(each.id, 0)) for each in found]
    pane: Component = Empty("None is chosen", "Choose one of the list to see it.", "lock")
    if one is not None:
        pane = Stack([_pane(one, now), *one.more])
    return Stack([head, *warnings, Panes(items, state, pane, is_one, next_cursor)])


def _empty(standing: Standing, new: ButtonLink) -> Empty:
    sentence = (
        "Keep what you sign in with at a database, a bucket or a service under a name. Wherever a connection "
        "asks, one click then signs in, and nobody sees the secret again."
    )
    return Empty("No credentials yet", sentence, "lock", new if standing.is_open else None)


def _warning(standing: Standing) -> Note | None:
    if standing.state is not State.OPEN:
        reason = (
            "The vault's key is not the right one."
            if standing.state is State.WRONG_KEY
            else "The vault's key was not given to this server."
        )
        return Note(
            "The vault is sealed.",
            f"{reason} Nothing can be stored, and what is stored cannot be used, until an administrator "
            "gives the key and starts the server again. A login that you type in still works.",
            "red", "lock",
        )  # fmt: skip
    if standing.stores:
        return None
    sentence = (
        "An administrator turns them on under Administration, Features. Until then, a login that you type in "
        "still tests a connection, looks into it and reads data from it, and is stored nowhere."
    )
    action = ButtonLink("Open Features", "/admin/features") if standing.is_administrator else None
    return Note("Storing credentials is turned off on this server.", sentence, "amber", action=action)


def _item(one: Credential, state: ListState, chosen: One | None, count: int) -> Item:
    href = ListState(f"{HOME}/{one.id}", state.chosen).href(cursor=state.value("cursor") or None)
    is_here = chosen is not None and chosen.credential.id == one.id
    shade = "shiny" if is_here else "static"
    note = "1 connection" if count == 1 else f"{count} connections" if count else "Not used"
    tile = KindTile(TYPES[one.type].symbol, shade)
    return Item(one.name, kind_of(one), href, tile, HEALTH[one.health], is_here, note)


def _pane(of: One, now: datetime) -> CredentialPane:
    one, here = of.credential, f"{HOME}/{of.credential.id}"
    words, health = TYPES[one.type], HEALTH[one.health]
    actions: list[Component] = []
    if of.may_edit and of.is_used:
        actions.append(ButtonLink("Test all", f"{here}/test", "plain", "plug-connected", opens_dialog=True))
    if of.may_edit:
        actions.append(ButtonLink("Edit Credentials", f"{here}/edit", "plain", "pencil", opens_dialog=True))
    if of.may_delete:
        actions.append(ButtonLink("Delete", f"{here}/delete", "danger-line", "trash", opens_dialog=True))
    owner = one.owner_name or "somebody who has left"
    facts = [
        Fact(words.user, one.user or "None"),
        Fact(words.fields[0].label, "Stored, never shown"),
        Fact("Health", StateBadge(health.word, health.tone, health.symbol)),
        Fact("Changed", Timestamp(one.updated_at, now)),
        Fact("May see the secret", "Nobody"),
    ]
    whose = "yours" if of.is_own else f"owned by {owner}"
    return CredentialPane(
        one.name,
        f"{words.words} · {whose} · {health.sentence}",
        KindTile(words.symbol, "shiny", "lg"),
        actions,
        facts,
    )


def new_dialog(form: CredentialForm, csrf: str, url: str, *, is_over: bool) -> FormDialog:
    """Return the form that stores a credential; its fields are those of the type."""
    at = f"&connection={quote(form.connection)}" if form.connection else ""
    types = [
        TypeLink(words.words, words.symbol, f"{_NEW}?type={each}{at}", each is form.type)
        for each, words in TYPES.items()
    ]
    sent = [Hidden("type", form.type), Hidden("connection", form.connection)]
    fields: list[Component] = [TypeLinks(types), *sent, *_fields(form, is_new=True)]
    return FormDialog(
        "Add new credentials", _NEW, "Save and sign in", fields, csrf, HOME,
        sentence="The secret is sealed at once, and is never shown again.",
        fault=form.fault, is_over=is_over, symbol="lock", same=_same(url),
    )  # fmt: skip


def edit_dialog(
    one: Credential, form: CredentialForm, csrf: str, *, is_over: bool, notes: Sequence[Component] = ()
) -> FormDialog:
    """Return the form that changes a credential; an empty secret stays as it is."""
    here = f"{HOME}/{one.id}"
    return FormDialog(
        f"Edit {one.name}",
        f"{here}/edit",
        "Save and sign in",
        [*notes, *_fields(form, is_new=False)],
        csrf,
        here,
        sentence="The change counts for every connection that uses it; it is tried there first.",
        fault=form.fault,
        is_over=is_over,
        symbol="pencil",
    )


def delete_dialog(one: Credential, csrf: str, losing: Sequence[str], *, is_over: bool) -> ConfirmDialog:
    """Return the question before a credential is deleted; *losing* are the connections that lose it."""
    effects = [f"{name} can no longer sign in with it." for name in losing]
    if not effects:
        effects = ["No connection uses it."]
    return ConfirmDialog(
        f"Delete the credentials {one.name}?",
        "This cannot be undone: the secret is destroyed, and nobody has a copy of it here.",
        f"{HOME}/{one.id}/delete", f"Delete {one.name}", csrf, f"{HOME}/{one.id}",
        [*effects, "Everybody it is shared with loses it at once."], is_over=is_over,
    )  # fmt: skip


def _fields(form: CredentialForm, *, is_new: bool) -> list[Component]:
    words = TYPES[form.type]
    name = TextField(
        "name", "Account name", form.name, hint="What you will find it by, such as “Warehouse reader”.",
        error=form.errors.get("name", ""), is_first=True, max_length=100,
    )  # fmt: skip
    needs_user = form.type is not CredentialType.TOKEN
    user = TextField(
        "user", words.user, form.user, hint=words.user_hint, error=form.errors.get("user", ""),
        is_required=needs_user, max_length=500,
    )  # fmt: skip
    return [name, user, *(secret_field(each, form.errors, is_new=is_new) for each in words.fields)]


def _same(url: str) -> list[Snippet]:
    headers = '-b "$COOKIES" -H "X-Gatepost-CSRF: $CSRF"'
    return [
        Snippet(
            "CLI",
            "gatepost credentials create Warehouse --user reader\n"
            "gatepost credentials list\ngatepost credentials delete Warehouse",
        ),
        Snippet(
            "curl, with the session of a login (a key stores none); the file holds name, user and password",
            f"curl {headers} --json @credential.json \\\n  {url}/api/v1/credentials",
        ),
    ]
