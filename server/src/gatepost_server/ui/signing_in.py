"""Signing in at a connection for something: asking whom, taking a click, or storing another account."""

from collections.abc import Callable

from starlette.responses import Response

from gatepost_server import connections, vault
from gatepost_server.authz import ActionDenied, Hidden
from gatepost_server.connections import (
    DRIVERS,
    BrokerSilent,
    ChooseLogin,
    EndpointChanged,
    LoginOver,
    NotAssociated,
    OneTimeLogin,
    Tested,
    TooManyTries,
)
from gatepost_server.kernel.errors import GatepostError, Invalid
from gatepost_server.store import Tx
from gatepost_server.ui.connection_trial import (
    TypedLogin,
    accounts_for,
    detached_from,
    is_a_choice,
    means_of,
)
from gatepost_server.ui.pages.connection_trial import CredentialPrompt, LoginForm, trial_result
from gatepost_server.ui.pages.connections import ConnectionView
from gatepost_server.ui.pages.signing_in import Purpose, may_type, sign_in_form, sign_in_prompt
from gatepost_server.ui.visits import Visit, fault_of, faults_of
from gatepost_server.vault import CredentialType, Sealed, StoringOff

_SAID = (
    BrokerSilent, ChooseLogin, EndpointChanged, Invalid, LoginOver, NotAssociated, Sealed, StoringOff,
    TooManyTries,
)  # fmt: skip
Then = Callable[[str | None], Response]


def prompt_for(
    tx: Tx, visit: Visit, of: ConnectionView, purpose: Purpose, *, fault: str = "", is_part: bool = False
) -> CredentialPrompt:
    """Return the question whom to sign in as, with the stored accounts that could."""
    driver, is_storing = DRIVERS[of.one.type], _is_storing(tx, visit)
    return sign_in_prompt(
        of, purpose, accounts_for(tx, visit, of), visit.csrf, needs_login=driver.needs_login,
        takes_login=bool(driver.logins), may_store=is_storing, is_over=visit.is_over and not is_part,
        fault=fault, is_part=is_part, detached=detached_from(tx, visit, of),
    )  # fmt: skip


def asked(visit: Visit, of: ConnectionView, purpose: Purpose, other: str = "", kind: str = "") -> Response:
    """Answer with the prompt, or with the form for another account of a type."""
    fitting = _fitting(of)
    with visit.call.read() as tx:
        may = may_type(purpose, takes_login=bool(fitting), may_store=_is_storing(tx, visit))
        is_asked = bool(other) or (may and not is_a_choice(tx, visit, of))
    if is_asked and fitting:
        chosen = CredentialType(kind) if kind in set(fitting) else fitting[0]
        return _form(visit, of, purpose, LoginForm(chosen, is_saved=True))
    return _prompt(visit, of, purpose)


def settled(visit: Visit, of: ConnectionView, purpose: Purpose, sent: TypedLogin, then: Then) -> Response:
    """Do what somebody signs in for, *then*, with the account they chose or typed in; else ask again."""
    try:
        chosen = _chosen(visit, of, purpose, sent)
        if not isinstance(chosen, Tested):
            return then(chosen)
    except (Hidden, ActionDenied) as error:
        return _prompt(visit, of, purpose, fault=error.detail, code=404)
    except _SAID as error:
        return _again(visit, of, purpose, sent, error)
    content = trial_result(
        of, chosen, sent.user or "a token", said="Nothing was stored.", is_over=visit.is_over,
        again=purpose.other, back=purpose.back,
    )  # fmt: skip
    return visit.dialog(f"Test of {of.one.name}", content, "data")


def _chosen(visit: Visit, of: ConnectionView, purpose: Purpose, sent: TypedLogin) -> str | Tested | None:
    """Return the credential to sign in with, or a held login; None for no login; or the test that failed."""
    if sent.credential is None:
        login = sent.login()
        assert isinstance(login, OneTimeLogin), "no account was chosen, so one was typed"
        is_once = purpose.takes_once and not sent.save
        tried = connections.try_connection(
            means_of(visit), of.one.id, login, save_as=None if is_once else sent.account, is_held=is_once,
            generation=sent.generation,
        )  # fmt: skip
        return tried.saved_id or tried.held_id or tried.tested
    if not sent.credential:
        return None
    with visit.call.begin() as tx:
        login = connections.sign_in_with(tx, of.one.id, sent.credential, generation=sent.generation)
    return login.credential_id


def _again(
    visit: Visit, of: ConnectionView, purpose: Purpose, sent: TypedLogin, error: GatepostError
) -> Response:
    fitting = _fitting(of)
    if sent.credential is not None or not fitting:
        return _prompt(visit, of, purpose, fault=" ".join([error.detail, *faults_of(error).values()]))
    chosen = CredentialType(sent.type) if sent.type in set(fitting) else fitting[0]
    form = LoginForm(chosen, sent.user, sent.account, bool(sent.save), faults_of(error), fault_of(error))
    return _form(visit, of, purpose, form, code=400)


def _is_storing(tx: Tx, visit: Visit) -> bool:
    safe = visit.call.house.vault
    return vault.may_store(tx, safe) and safe.state(tx) is vault.State.OPEN


def _fitting(of: ConnectionView) -> list[CredentialType]:
    return [one for one in CredentialType if one in DRIVERS[of.one.type].logins]


def _prompt(
    visit: Visit, of: ConnectionView, purpose: Purpose, *, fault: str = "", code: int = 0
) -> Response:
    with visit.call.read() as tx:
        content = prompt_for(tx, visit, of, purpose, fault=fault)
    return visit.dialog(purpose.title, content, "data", code=code or (400 if fault else 200))


def _form(
    visit: Visit, of: ConnectionView, purpose: Purpose, form: LoginForm, *, code: int = 200
) -> Response:
    with visit.call.read() as tx:
        may_store = _is_storing(tx, visit)
    content = sign_in_form(
        of, purpose, form, _fitting(of), visit.csrf, may_store=may_store, is_over=visit.is_over
    )
    return visit.dialog(f"Sign in at {of.one.name}", content, "data", code=code)
