"""Testing a connection from its page: a stored account by one click, or one that is typed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Form
from starlette.responses import Response

from gatepost_server import connections, vault
from gatepost_server.authz import ActionDenied, Hidden, require
from gatepost_server.connections import (
    DRIVERS,
    BrokerSilent,
    ChooseLogin,
    EndpointChanged,
    Login,
    Means,
    NoLogin,
    NotAssociated,
    OneTimeLogin,
    StoredLogin,
    TooManyTries,
    Tried,
)
from gatepost_server.kernel.errors import GatepostError, Invalid
from gatepost_server.kernel.paging import MAX_LIMIT, PageRequest
from gatepost_server.kernel.secret import Secret
from gatepost_server.store import Tx
from gatepost_server.ui.connections import view_of
from gatepost_server.ui.pages import connection_trial as pages
from gatepost_server.ui.pages.connection_trial import LoginForm
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.routing import PageRouter
from gatepost_server.ui.typed_secrets import TypedSecret
from gatepost_server.ui.visits import SignedIn, Visit, fault_of, faults_of
from gatepost_server.vault import Credential, CredentialType, Sealed, StoringOff

router = PageRouter()

Field = Annotated[str, Form(max_length=2000)]
Generation = Annotated[int | None, Form()]
_HERE: Final = "/connections/{connection_id}/test"
_MOVED: Final = (ChooseLogin, EndpointChanged, NotAssociated)
_SAID: Final = (*_MOVED, Invalid, BrokerSilent, TooManyTries, StoringOff, Sealed)


@dataclass(frozen=True)
class TypedLogin:
    """What a form sent: a chosen account, or one that was typed in, to be kept or not."""

    credential: str | None
    type: str
    user: str
    secret: dict[str, Secret]
    save: str
    account: str
    generation: int | None = None

    @property
    def save_as(self) -> str | None:
        """The account name to store it under, empty to make one up; None to store nothing."""
        return self.account if self.save else None

    def login(self) -> Login:
        """Return the login that is meant."""
        if self.credential is not None:
            return StoredLogin(self.credential) if self.credential else NoLogin()
        return OneTimeLogin(vault.type_of(self.type), self.user, self.secret)


def typed_login(
    secret: TypedSecret,
    *,
    credential: Annotated[str | None, Form(max_length=60)] = None,
    type: Field = "basic",  # noqa: A002
    user: Field = "",
    save: Field = "",
    account: Field = "",
    generation: Generation = None,
) -> TypedLogin:
    """Return what a form sent."""
    return TypedLogin(credential, type, user, secret, save, account, generation)


@router.reads(_HERE, action="connection:use")
def trial_page(visit: SignedIn, connection_id: str, other: str = "", type: str = "") -> Response:  # noqa: A002
    """Ask whom to sign in as: stored accounts first, another one by its own form."""
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        of = view_of(tx, visit, connection_id)
        is_choice = is_a_choice(tx, visit, of)
    fitting = _fitting(of)
    if fitting and (other or not is_choice):
        chosen = CredentialType(type) if type in set(fitting) else fitting[0]
        return _form(visit, of, LoginForm(chosen))
    return _prompt(visit, of)


@router.makes(_HERE, action="connection:use")
def trial(visit: SignedIn, connection_id: str, sent: Annotated[TypedLogin, Depends(typed_login)]) -> Response:
    """Try a connection, and show step by step how far that came."""
    with visit.call.read() as tx:
        require(tx, "connection:use", connection_id)
        of = view_of(tx, visit, connection_id)
    try:
        tried = connections.try_connection(
            means_of(visit), connection_id, sent.login(), save_as=sent.save_as, generation=sent.generation
        )
    except (Hidden, ActionDenied) as error:
        return _prompt(visit, of, fault=error.detail, code=404)
    except _SAID as error:
        return _again(visit, of, sent, error)
    return _result(visit, of, sent, tried)


def means_of(visit: Visit) -> Means:
    """Return what trying a connection takes, as who looks."""
    return Means(visit.call.begin, visit.call.house.broker, visit.call.house.vault)


def accounts_for(tx: Tx, visit: Visit, of: ConnectionView) -> Sequence[Credential]:
    """Return the stored accounts to offer: those that sign in here, then one's own that could.

    What was detached is not offered: whoever wants it back looks first where the connection leads.
    """
    found = connections.list_credentials_of(tx, of.one.id, PageRequest(limit=MAX_LIMIT)).items
    here = {one.credential.id: one.is_attached for one in found}
    fitting = [one for one in vault.usable_credentials(tx) if one.type in DRIVERS[of.one.type].logins]
    attached = [one for one in fitting if here.get(one.id)]
    return attached + [one for one in fitting if one.owner_id == visit.person.id and one.id not in here]


def is_a_choice(tx: Tx, visit: Visit, of: ConnectionView) -> bool:
    """Return whether there is something to choose from before a login is typed in."""
    is_free = not DRIVERS[of.one.type].needs_login
    return is_free or bool(accounts_for(tx, visit, of)) or bool(detached_from(tx, visit, of))


def detached_from(tx: Tx, visit: Visit, of: ConnectionView) -> Sequence[str]:
    """Return the names of one's own accounts that signed in here until the connection led elsewhere."""
    found = connections.list_credentials_of(tx, of.one.id, PageRequest(limit=MAX_LIMIT)).items
    own = (one for one in found if one.credential.owner_id == visit.person.id)
    return [one.credential.name for one in own if not one.is_attached]


def _fitting(of: ConnectionView) -> list[CredentialType]:
    return [one for one in CredentialType if one in DRIVERS[of.one.type].logins]


def _again(visit: Visit, of: ConnectionView, sent: TypedLogin, error: GatepostError) -> Response:
    code = 409 if isinstance(error, _MOVED) else 400
    fitting = _fitting(of)
    if sent.credential is not None or not fitting:
        return _prompt(visit, of, fault=error.detail, code=code)
    chosen = CredentialType(sent.type) if sent.type in set(fitting) else fitting[0]
    faults = faults_of(error)
    form = LoginForm(chosen, sent.user, sent.account, bool(sent.save), faults, fault_of(error))
    if faults and not faults.keys() & {"user", "name", *sent.secret}:
        form = replace(form, fault=" ".join([error.detail, *faults.values()]))
    return _form(visit, of, form, code=code)


def _prompt(visit: Visit, of: ConnectionView, *, fault: str = "", code: int = 200) -> Response:
    driver = DRIVERS[of.one.type]
    with visit.call.read() as tx:
        offered, detached = accounts_for(tx, visit, of), detached_from(tx, visit, of)
    content = pages.trial_prompt(
        of,
        offered,
        visit.csrf,
        detached=detached,
        needs_login=driver.needs_login,
        takes_login=bool(driver.logins),
        is_over=visit.is_over,
        fault=fault,
    )
    return visit.dialog(f"Test {of.one.name}", content, "data", code=code)


def _form(visit: Visit, of: ConnectionView, form: LoginForm, *, code: int = 200) -> Response:
    house = visit.call.house
    with visit.call.read() as tx:
        may_save = vault.may_store(tx, house.vault) and house.vault.state(tx) is vault.State.OPEN
    content = pages.trial_form(of, form, _fitting(of), visit.csrf, may_save=may_save, is_over=visit.is_over)
    return visit.dialog(f"Sign in at {of.one.name}", content, "data", code=code)


def _result(visit: Visit, of: ConnectionView, sent: TypedLogin, tried: Tried) -> Response:
    who, said = sent.user, ""
    with visit.call.read() as tx:
        if sent.credential:
            who = vault.get_credential(tx, sent.credential).name
        if tried.saved_id is not None:
            said = f"Stored as {vault.get_credential(tx, tried.saved_id).name}, and added to this connection."
        elif sent.save and not sent.credential:
            said = "Nothing was stored."
    if sent.credential is None:
        who = who or "a token"
    content = pages.trial_result(of, tried.tested, who, said=said, is_over=visit.is_over)
    return visit.dialog(f"Test of {of.one.name}", content, "data")
