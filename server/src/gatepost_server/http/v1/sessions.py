"""Signing in and out, oneself, one's sessions, one's password."""

from fastapi import Request, Response
from pydantic import BaseModel, SecretStr

from gatepost_server import identity
from gatepost_server.authz import Principal, principal, require_self
from gatepost_server.http.v1.wire import Body, PageOut, ReceiptOut, Time
from gatepost_server.kernel.actor import ANONYMOUS, Actor, Origin
from gatepost_server.kernel.secret import Secret
from gatepost_server.web import ActionRouter, ApiCall, House, check_same_origin
from gatepost_server.web.call import origin_of
from gatepost_server.web.cookies import clear_session_cookie, set_session_cookies
from gatepost_server.web.first_password import forget_first_password

router = ActionRouter(tags=["people"])


class LoginIn(Body):
    """Username and password."""

    username: str
    password: SecretStr


class ExchangeIn(Body):
    """A one-time code of the browser, and the PKCE verifier of the program that asked."""

    code: SecretStr
    verifier: SecretStr


class ResetIn(Body):
    """A reset code that an administrator handed over, and the password to set with it."""

    username: str
    code: SecretStr
    password: SecretStr


class UserBrief(BaseModel):
    """A person as everybody who is known may see them."""

    id: str
    username: str
    display_name: str


class UserOut(UserBrief):
    """A person in full; applications are told an address as theirs once an administrator confirmed it."""

    email: str
    email_confirmed: bool
    role: str
    is_active: bool
    must_change_password: bool
    created_at: Time
    last_login_at: Time | None
    organization: str

    @classmethod
    def of(cls, user: identity.User) -> "UserOut":
        """Present *user*."""
        return cls(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            email=user.email,
            email_confirmed=not user.is_email_own,
            role=user.role,
            is_active=user.is_active,
            must_change_password=user.must_change_password,
            created_at=user.created_at,
            last_login_at=user.last_login_at,
            organization=user.organization,
        )


class LoginOut(BaseModel):
    """Who signed in, the token to send back with cookies, and when the session ends."""

    user: UserOut
    csrf_token: str
    expires_at: Time


class PrincipalOut(BaseModel):
    """Whose rights count in a call."""

    kind: str
    id: str
    name: str


class ViaKeyOut(BaseModel):
    """The key that a call came with."""

    id: str
    name: str
    kind: str


class MeOut(BaseModel):
    """Who is calling, through which key, with which server role; for whom, and as which application."""

    principal: PrincipalOut
    via_key: ViaKeyOut | None
    role: str | None
    user: UserOut | None
    on_behalf_of: PrincipalOut | None = None
    app: str | None = None

    @classmethod
    def of(cls, user: identity.User | None, actor: Actor, lender: Principal | None) -> "MeOut":
        """Present *actor*, whose person is *user*, or who acts for *lender*."""
        via = None
        if actor.via_key_id is not None:
            kind = actor.kind.value.removesuffix("_key")
            via = ViaKeyOut(id=actor.via_key_id, name=actor.via_key_name or "", kind=kind)
        return cls(
            principal=PrincipalOut(
                kind=actor.principal_kind,
                id=actor.principal_id or "",
                name=user.username if user else actor.name,
            ),
            via_key=via,
            role=user.role if user else None,
            user=UserOut.of(user) if user else None,
            on_behalf_of=PrincipalOut(kind=lender.kind, id=lender.id, name=lender.name) if lender else None,
            app=actor.app_id,
        )


class SessionOut(BaseModel):
    """One of one's own sessions."""

    id: str
    client: str
    created_at: Time
    last_used_at: Time
    expires_at: Time
    ip: str | None
    user_agent: str | None
    is_this_one: bool


class PasswordIn(Body):
    """The present password and the new one."""

    old: SecretStr
    new: SecretStr


class ConfirmIn(Body):
    """The password, once more."""

    password: SecretStr


class ProfileIn(Body):
    """One's own name and address."""

    display_name: str
    email: str


@router.makes("/login", public=True)
def login(request: Request, response: Response, body: LoginIn) -> LoginOut:
    """Sign in with a password; the session comes as a cookie."""
    check_same_origin(request)
    house: House = request.app.state.house
    made = identity.sign_in(
        house.uow,
        house.sign_in,
        username=body.username,
        password=Secret(body.password.get_secret_value()),
        origin=_login_origin(request),
        client="api",
    )
    set_session_cookies(response, house, made)
    return _login_out(made)


@router.makes("/login/exchange", public=True)
def exchange(request: Request, response: Response, body: ExchangeIn) -> LoginOut:
    """Turn a code from `/cli/login` into a session."""
    check_same_origin(request)
    house: House = request.app.state.house
    with house.uow.begin(ANONYMOUS, _login_origin(request)) as tx:
        made = identity.take_cli_session(
            tx,
            house.sign_in,
            code=Secret(body.code.get_secret_value()),
            verifier=Secret(body.verifier.get_secret_value()),
        )
    set_session_cookies(response, house, made)
    return _login_out(made)


@router.makes("/login/reset", status_code=204, public=True)
def reset(request: Request, body: ResetIn) -> Response:
    """Set a new password with a reset code; whatever is wrong with name or code answers alike."""
    check_same_origin(request)
    house: House = request.app.state.house
    identity.use_reset_code(
        house.uow,
        house.peppers,
        username=body.username,
        code=Secret(body.code.get_secret_value()),
        new=Secret(body.password.get_secret_value()),
        origin=_login_origin(request),
        field="password",
    )
    return Response(status_code=204)


@router.makes("/logout", status_code=204, action="session:end")
def logout(call: ApiCall) -> Response:
    """End this session."""
    with call.begin() as tx:
        identity.sign_out(tx)
    response = Response(status_code=204)
    clear_session_cookie(response, call.house)
    return response


@router.reads("/me", action="me:read")
def me(call: ApiCall) -> MeOut:
    """Say who is calling, and with what."""
    with call.read() as tx:
        require_self(tx, "me:read")
        return MeOut.of(identity.own_user(tx), tx.actor, principal(tx, tx.actor.on_behalf_of_id or ""))


@router.changes("/me", action="profile:edit")
def edit_me(call: ApiCall, body: ProfileIn) -> UserOut:
    """Change one's own name and address."""
    with call.begin() as tx:
        return UserOut.of(identity.edit_profile(tx, display_name=body.display_name, email=body.email))


@router.makes("/me/password", action="password:change")
def change_password(call: ApiCall, body: PasswordIn) -> ReceiptOut:
    """Change one's own password; all other sessions end."""
    old, new = Secret(body.old.get_secret_value()), Secret(body.new.get_secret_value())
    identity.change_password(call.house.uow, call.actor, call.origin, old=old, new=new)
    forget_first_password(call.house, old)
    return ReceiptOut.of(call.house.collect_receipt())


@router.makes("/session/confirm", status_code=204, action="session:confirm")
def confirm(call: ApiCall, body: ConfirmIn) -> Response:
    """Prove once more who one is; good for ten minutes. The session's cookie is renewed."""
    house, password = call.house, Secret(body.password.get_secret_value())
    made = identity.confirm(house.uow, house.sign_in, call.actor, call.origin, password)
    response = Response(status_code=204)
    set_session_cookies(response, house, made)
    return response


@router.reads("/sessions", action="session:list")
def sessions(call: ApiCall) -> PageOut[SessionOut]:
    """List one's own sessions."""
    with call.read() as tx:
        found = identity.list_sessions(tx, call.house.session_idle)
        return PageOut(items=[_session_out(one, tx.actor.session_id) for one in found], next=None)


@router.removes("/sessions/{session_id}", action="session:end")
def end_session(call: ApiCall, session_id: str) -> ReceiptOut:
    """End one of one's own sessions."""
    with call.begin() as tx:
        identity.end_session(tx, session_id)
    return ReceiptOut.of(call.house.collect_receipt())


def _login_origin(request: Request) -> Origin:
    house: House = request.app.state.house
    return origin_of(request, house, "api")


def _login_out(made: identity.NewSession) -> LoginOut:
    return LoginOut(user=UserOut.of(made.user), csrf_token=made.csrf, expires_at=made.session.expires_at)


def _session_out(session: identity.Session, this_one: str | None) -> SessionOut:
    return SessionOut(
        id=session.id,
        client=session.client,
        created_at=session.created_at,
        last_used_at=session.seen_at,
        expires_at=session.expires_at,
        ip=session.ip,
        user_agent=session.user_agent,
        is_this_one=session.id == this_one,
    )
