"""Signing in at a connection for something: a stored account by one click, or one that is stored now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import Hidden, TextField
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.pages.connection_trial import (
    CredentialPrompt,
    LoginForm,
    account_of,
    login_fields,
    nothing_for,
    other_words_for,
    saving_fields,
)
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.pages.credential_fields import TypeLink, TypeLinks
from gatepost_server.ui.pages.credential_words import TYPES
from gatepost_server.vault import Credential, CredentialType


@dataclass(frozen=True)
class Purpose:
    """What somebody signs in for: its words, where the choice is sent, and what goes along with it.

    What is over soon *takes_once*: a login that is held for a while and stored nowhere.
    """

    title: str
    sentence: str
    action: str
    back: str
    along: Mapping[str, str] = field(default_factory=dict)
    takes_once: bool = False

    @property
    def other(self) -> str:
        """The address of the form for another account."""
        return f"{self.action}?{urlencode({**self.along, 'other': '1'})}"

    @property
    def hidden(self) -> list[Hidden]:
        """What goes along, as fields that nobody sees."""
        return [Hidden(name, value) for name, value in self.along.items()]


def sign_in_prompt(
    of: ConnectionView,
    purpose: Purpose,
    accounts: Sequence[Credential],
    csrf: str,
    *,
    needs_login: bool,
    takes_login: bool,
    may_store: bool,
    is_over: bool,
    fault: str = "",
    is_part: bool = False,
    detached: Sequence[str] = (),
) -> CredentialPrompt:
    """Return the question whom to sign in as; one click on an account acts at once."""
    nothing, is_form = nothing_for(detached), may_type(purpose, takes_login=takes_login, may_store=may_store)
    if takes_login and not is_form:
        nothing += (
            " This takes a stored one, and none can be stored now: an administrator turns that on under "
            "Administration, Features."
        )
    return CredentialPrompt(
        purpose.title,
        f"{purpose.sentence} The login goes to {of.place}.",
        purpose.action,
        [account_of(one) for one in accounts],
        csrf,
        purpose.back,
        purpose.other if is_form else "",
        is_over,
        without=not needs_login and not accounts,
        fault=fault,
        generation=of.one.generation,
        other_words=other_words_for(accounts),
        nothing=nothing,
        along=purpose.hidden,
        is_part=is_part,
    )


def may_type(purpose: Purpose, *, takes_login: bool, may_store: bool) -> bool:
    """Tell whether another account can be typed in, to be stored or, where that is enough, for a while."""
    return takes_login and (may_store or purpose.takes_once)


def sign_in_form(
    of: ConnectionView,
    purpose: Purpose,
    form: LoginForm,
    types: Sequence[CredentialType],
    csrf: str,
    *,
    may_store: bool,
    is_over: bool,
) -> FormDialog:
    """Return the form for another account: tried at once, and when it worked stored, or held for a while."""
    links = [
        TypeLink(TYPES[one].words, TYPES[one].symbol, f"{purpose.other}&type={one}", one is form.type)
        for one in types
    ]
    fields: list[Component] = [TypeLinks(links)] if len(links) > 1 else []
    fields += [*purpose.hidden, *login_fields(of, form)]
    sentence = f"It goes to {of.place}, is tried at once, and is stored sealed when it works."
    if not purpose.takes_once:
        fields.append(_account(form))
    elif may_store:
        fields += saving_fields(form, "Unticked it is held in memory, for you alone, and is over soon.")
        sentence = f"It goes to {of.place}, and is tried at once."
    else:
        fields.append(_HELD)
        sentence = f"It goes to {of.place}, and is tried at once."
    return FormDialog(
        f"Sign in at {of.one.name}", purpose.action, "Save and sign in" if may_store else "Sign in", fields,
        csrf, purpose.back, sentence=sentence, fault=form.fault, is_over=is_over, symbol="plug-connected",
    )  # fmt: skip


_HELD = Note(
    "This login is stored nowhere.",
    "It is held in memory for you alone, until a quarter of an hour after its last use. An administrator "
    "can turn stored credentials on under Administration, Features.",
    "blue",
    "clock",
)


def _account(form: LoginForm) -> TextField:
    return TextField(
        "account", "Account name", form.account, is_required=False, max_length=100,
        hint="Empty: the name of the connection, and the user.", error=form.errors.get("name", ""),
    )  # fmt: skip
