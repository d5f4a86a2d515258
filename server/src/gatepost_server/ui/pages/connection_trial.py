"""Signing in at a connection: stored accounts first, another one typed in, and the steps of a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from gatepost_server.connections import StepName, Tested
from gatepost_server.ui.assets.icons import Icon
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.editors import Tick, Ticks
from gatepost_server.ui.kit.facts import StateBadge
from gatepost_server.ui.kit.fields import Hidden, TextField
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.pages.connection_words import STEP_WORDS
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.pages.credential_fields import TypeLink, TypeLinks, secret_field
from gatepost_server.ui.pages.credential_words import HEALTH, TYPES, kind_of
from gatepost_server.vault import Credential, CredentialType


@dataclass(frozen=True)
class LoginForm:
    """What was typed to sign in for one time, but for the secret, and what is wrong with it."""

    type: CredentialType = CredentialType.BASIC
    user: str = ""
    account: str = ""
    is_saved: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True)
class Account:
    """A stored account that is offered; one click acts at once."""

    id: str
    name: str
    second: str
    symbol: Icon


@dataclass(frozen=True)
class CredentialPrompt(Component):
    """Asks whom to sign in as: a stored account by one click, or another one by a form.

    `other` is where the form for another account is, and `other_words` its button; `without`
    offers to act without a login. The `generation` is that of the connection that is shown.
    What goes `along` is what it is asked for; one that *is_part* stands in a page of its own.
    """

    template: ClassVar[str] = "connections/prompt.html"
    title: str
    sentence: str
    action: str
    accounts: Sequence[Account]
    csrf: str
    back: str
    other: str
    is_over: bool
    without: bool = False
    fault: str = ""
    generation: int | None = None
    other_words: str = "Use different account"
    along: Sequence[Component] = ()
    is_part: bool = False
    nothing: str = "No stored account of yours signs in here yet."


@dataclass(frozen=True)
class Hop:
    """One step as it is drawn: done, bad or not reached."""

    words: str
    state: str
    said: str
    symbol: Icon


@dataclass(frozen=True)
class TrialResult(Component):
    """What came of a test, step by step, with what may help."""

    template: ClassVar[str] = "connections/result.html"
    title: str
    badge: StateBadge
    steps: Sequence[Hop]
    hint: str
    sentence: str
    back: str
    again: str
    is_over: bool


def account_of(one: Credential) -> Account:
    """Present a stored credential as an account to sign in with."""
    return Account(one.id, one.name, f"{kind_of(one)} · {HEALTH[one.health].word}", TYPES[one.type].symbol)


def trial_prompt(
    of: ConnectionView,
    accounts: Sequence[Credential],
    csrf: str,
    *,
    needs_login: bool,
    takes_login: bool,
    is_over: bool,
    fault: str = "",
    detached: Sequence[str] = (),
) -> CredentialPrompt:
    """Return the question whom to test a connection as."""
    sentence = (
        f"Your login goes to {of.place}. Choose an account: it is tried at once, and one that was not "
        "used here before is added to this connection."
    )
    if not accounts:
        sentence = f"Your login goes to {of.place}."
    if not takes_login:
        sentence = "Nobody signs in at a file. It is opened at once, and nothing is changed."
    return CredentialPrompt(
        f"Test {of.one.name}", sentence, f"{of.base}/test", [account_of(one) for one in accounts], csrf,
        of.base, f"{of.base}/test?other=1" if takes_login else "", is_over, not needs_login, fault,
        of.one.generation, other_words_for(accounts), nothing=nothing_for(detached),
    )  # fmt: skip


def other_words_for(accounts: Sequence[Credential]) -> str:
    """Return what the way to the form is called: nothing is different where no account is offered."""
    return "Use different account" if accounts else "Sign in with an account"


def nothing_for(detached: Sequence[str]) -> str:
    """Return why no account is offered, naming those that were *detached*."""
    if not detached:
        return "No stored account of yours signs in here yet."
    were = "was" if len(detached) == 1 else "were"
    return (
        f"{', '.join(detached)} {were} detached when this connection was changed. Look where it leads now; "
        "on its tab Credentials you can associate again."
    )


def trial_form(
    of: ConnectionView,
    form: LoginForm,
    types: Sequence[CredentialType],
    csrf: str,
    *,
    may_save: bool,
    is_over: bool,
) -> FormDialog:
    """Return the form for an account that is not stored; it is saved only if that is ticked."""
    here = f"{of.base}/test"
    links = [
        TypeLink(TYPES[one].words, TYPES[one].symbol, f"{here}?other=1&type={one}", one is form.type)
        for one in types
    ]
    fields: list[Component] = [TypeLinks(links)] if len(links) > 1 else []
    fields += login_fields(of, form)
    fields += saving_fields(form) if may_save else [_ONCE]
    return FormDialog(
        f"Sign in at {of.one.name}", here, "Save and sign in" if may_save else "Sign in", fields, csrf,
        of.base, sentence=f"It goes to {of.place}, and is tried at once.", fault=form.fault,
        is_over=is_over, symbol="plug-connected",
    )  # fmt: skip


def login_fields(of: ConnectionView, form: LoginForm) -> list[Component]:
    """Return the fields of a login of one type, for where the connection leads now."""
    words = TYPES[form.type]
    user = TextField(
        "user", words.user, form.user, error=form.errors.get("user", ""), is_first=True, max_length=500,
        is_required=form.type is not CredentialType.TOKEN,
    )  # fmt: skip
    seen = [Hidden("type", form.type), Hidden("generation", str(of.one.generation))]
    return [*seen, user, *(secret_field(one, form.errors, is_new=True) for one in words.fields)]


_ONCE = Note("This is for one time.", "Nothing is stored: that is turned off on this server.", "blue", "lock")


def saving_fields(form: LoginForm, unticked: str = "") -> list[Component]:
    """Return the box that lets a login be stored, and the name it gets; *unticked* says what else it is."""
    sentence = f"Sealed at once; one click signs in the next time. {unticked}".strip()
    hint = "Only if they are saved. Empty: the name of the connection, and the user."
    return [
        Ticks("save", "Keep them", [Tick("yes", "Securely save credentials", sentence, form.is_saved)]),
        TextField(
            "account", "Account name", form.account, hint=hint, error=form.errors.get("name", ""),
            is_required=False, max_length=100,
        ),
    ]  # fmt: skip


def trial_result(
    of: ConnectionView,
    tested: Tested,
    who: str,
    *,
    said: str = "",
    is_over: bool,
    again: str = "",
    back: str = "",
) -> TrialResult:
    """Return what came of a test: *who* was tried, and what was *said* about saving it."""
    badge = StateBadge("Works", "green", "circle-check")
    whom = f"Signed in as {who}." if who else "Opened without signing in."
    if not tested.ok:
        badge = StateBadge("Failed", "red", "alert-triangle")
        whom = f"Tried as {who}." if who else "Tried without signing in."
    hint = next((step.hint for step in tested.steps if not step.ok), "")
    return TrialResult(
        f"Test of {of.one.name}",
        badge,
        _hops(tested),
        hint,
        f"{whom} {said}".strip(),
        back or of.base,
        again or f"{of.base}/test",
        is_over,
    )


def _hops(tested: Tested) -> list[Hop]:
    """Return the steps that were done, and those that were not reached."""
    hops, done = [], {step.name for step in tested.steps}
    for step in tested.steps:
        if step.ok:
            hops.append(Hop(STEP_WORDS[step.name], "done", f"{step.ms} ms", "check"))
        else:
            hops.append(Hop(STEP_WORDS[step.name], "bad", f"failed after {step.ms} ms", "x"))
    of_files = {StepName.NAME, StepName.QUERY}
    if not tested.ok and done - of_files:
        hops += [
            Hop(words, "wait", "not reached", "clock")
            for name, words in STEP_WORDS.items()
            if name not in done
        ]
    return hops
