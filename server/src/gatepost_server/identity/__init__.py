"""People: local users, their passwords and their sessions."""

from gatepost_server.identity.errors import BadLogin, OldPasswordWrong, UnknownUser, WeakPassword
from gatepost_server.identity.model import NewSession, Session, SessionKind, User, UserMade
from gatepost_server.identity.service.handoff import (
    HandOff,
    accept_app_session,
    offer_app_session,
    offer_cli_session,
    take_cli_session,
)
from gatepost_server.identity.service.passwords import change_password, confirm, reset_user, use_reset_code
from gatepost_server.identity.service.people import (
    change_user,
    create_first_administrator,
    create_user,
    edit_profile,
    find_users,
    get_user,
    list_users,
    user_by_name,
    user_named,
)
from gatepost_server.identity.service.sessions import (
    end_all_sessions,
    end_session,
    list_sessions,
    note_seen,
    own_user,
    sign_out,
)
from gatepost_server.identity.service.signin import CSRF_TOKEN, SignIn, sign_in

__all__ = [
    "CSRF_TOKEN",
    "BadLogin",
    "HandOff",
    "NewSession",
    "OldPasswordWrong",
    "Session",
    "SessionKind",
    "SignIn",
    "UnknownUser",
    "User",
    "UserMade",
    "WeakPassword",
    "accept_app_session",
    "change_password",
    "change_user",
    "confirm",
    "create_first_administrator",
    "create_user",
    "edit_profile",
    "end_all_sessions",
    "end_session",
    "find_users",
    "get_user",
    "list_sessions",
    "list_users",
    "note_seen",
    "offer_app_session",
    "offer_cli_session",
    "own_user",
    "reset_user",
    "sign_in",
    "sign_out",
    "take_cli_session",
    "use_reset_code",
    "user_by_name",
    "user_named",
]
