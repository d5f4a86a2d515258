"""Refusals of signing in and of handling accounts."""

from gatepost_server.kernel.errors import Conflict, FieldFault, Invalid, NotFound, Unauthenticated


class BadLogin(Unauthenticated):
    """Wrong name, wrong password, deactivated: all look the same."""

    code = "bad-login"

    def __init__(self, detail: str = "The username or the password is not right.") -> None:
        super().__init__(detail)


class OldPasswordWrong(Invalid):
    """The present password was not given right."""

    code = "old-password-wrong"

    def __init__(self) -> None:
        super().__init__("The present password is not right.", faults=[FieldFault("old", "not right")])


class WeakPassword(Invalid):
    """The new password may not be used."""

    code = "weak-password"

    def __init__(self, field: str, why: str) -> None:
        super().__init__("Choose another password.", faults=[FieldFault(field, why)])


class UnknownUser(NotFound):
    """No such user."""

    code = "unknown-user"

    def __init__(self) -> None:
        super().__init__("There is no such user.")


class UnknownOrganization(NotFound):
    """No such organization."""

    code = "unknown-organization"

    def __init__(self) -> None:
        super().__init__("There is no such organization.")


class NameTaken(Conflict):
    """Another group or organization has the name."""

    code = "name-taken"

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"There is {kind} named {name} already.")
