"""People, for administrators; and the short directory for everybody."""

from pydantic import BaseModel, SecretStr

from gatepost_server import identity, keys
from gatepost_server.authz import may_on_instance
from gatepost_server.http.v1.key_shapes import KeyOut
from gatepost_server.http.v1.sessions import UserBrief, UserOut
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, ReceiptOut, page_out
from gatepost_server.kernel.secret import Secret
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["users"])


class UserIn(Body):
    """An account to be made. `password` only from a person's own session."""

    username: str
    email: str
    display_name: str = ""
    role: str = "viewer"
    password: SecretStr | None = None
    organization: str | None = None


class UserMadeOut(UserOut):
    """A new account; the one-time password is in this answer and nowhere else."""

    one_time_password: str | None


class UserChange(Body):
    """What to change; absent fields stay. An `email`, also the one they have, is confirmed by that."""

    email: str | None = None
    role: str | None = None
    is_active: bool | None = None
    organization: str | None = None


class UserChanged(ReceiptOut):
    """The person after the change, and what was handed over to somebody else."""

    user: UserOut
    moved: list[dict[str, str]]


class ResetOut(BaseModel):
    """A reset that was started; the code is told to the person by other means."""

    reset_code: str | None
    expires_in: int = 3600


@router.makes("/users", status_code=201, action="user:create")
def create_user(call: ApiCall, body: UserIn) -> UserMadeOut:
    """Create a local account."""
    password = None if body.password is None else Secret(body.password.get_secret_value())
    with call.begin() as tx:
        made = identity.create_user(
            tx,
            username=body.username,
            email=body.email,
            display_name=body.display_name,
            role=body.role,
            password=password,
            organization=body.organization,
        )
        once = made.one_time_password
        return UserMadeOut(**UserOut.of(made.user).model_dump(), one_time_password=once and once.reveal())


@router.reads("/users", action="user:find", response_model=None)
def list_users(call: ApiCall, page: PageQuery) -> PageOut[UserOut] | PageOut[UserBrief]:
    """List people: in full to administrators, names only to everybody else."""
    with call.read() as tx:
        if may_on_instance(tx, "user:list"):
            return page_out(identity.list_users(tx, page), UserOut.of)
        found = identity.find_users(tx, page)
        return page_out(
            found, lambda one: UserBrief(id=one.id, username=one.username, display_name=one.display_name)
        )


@router.reads("/users/{user_id}", action="user:list")
def get_user(call: ApiCall, user_id: str) -> UserOut:
    """Return one person in full."""
    with call.read() as tx:
        return UserOut.of(identity.get_user(tx, user_id))


@router.changes("/users/{user_id}", action="user:edit")
def change_user(call: ApiCall, user_id: str, body: UserChange) -> UserChanged:
    """Change a person's role, activity or organization, or say which mail address is theirs.

    Deactivating ends sessions and keys at once; moving ends what was held elsewhere.
    """
    with call.begin() as tx:
        user, moved = identity.change_user(
            tx, user_id, role=body.role, is_active=body.is_active, organization=body.organization
        )
        if body.email is not None:
            user = identity.give_email(tx, user_id, body.email)
    receipt = ReceiptOut.of(call.house.collect_receipt())
    gone = [{"kind": kind, "id": node_id, "to": heir} for kind, node_id, heir in moved]
    return UserChanged(**receipt.model_dump(), user=UserOut.of(user), moved=gone)


@router.makes("/users/{user_id}/reset", status_code=202, action="user:reset")
def reset_user(call: ApiCall, user_id: str) -> ResetOut:
    """Start a password reset; the old password and all sessions end now."""
    with call.begin() as tx:
        code = identity.reset_user(tx, call.house.peppers, user_id)
    call.house.collect_receipt()
    return ResetOut(reset_code=code.reveal() if call.actor.is_interactive else None)


@router.removes("/users/{user_id}/sessions", action="user:sessions")
def end_sessions(call: ApiCall, user_id: str) -> ReceiptOut:
    """End every session of a person."""
    with call.begin() as tx:
        identity.end_all_sessions(tx, user_id)
    return ReceiptOut.of(call.house.collect_receipt())


@router.reads("/users/{user_id}/keys", action="user:keys")
def keys_of(call: ApiCall, user_id: str, page: PageQuery) -> PageOut[KeyOut]:
    """List a person's keys."""
    with call.read() as tx:
        return page_out(keys.list_keys_of(tx, user_id, page), lambda key: KeyOut.of(key, tx.now))


@router.removes("/users/{user_id}/keys/{key_id}", action="user:keys")
def delete_key_of(call: ApiCall, user_id: str, key_id: str) -> ReceiptOut:
    """Delete a person's key."""
    with call.begin() as tx:
        keys.revoke_key_of(tx, user_id, key_id)
    return ReceiptOut.of(call.house.collect_receipt())
