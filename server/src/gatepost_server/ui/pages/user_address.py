"""Which mail address is a person's: the form for administrators."""

from gatepost_server.identity import User
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import TextField


def email_dialog(user: User, typed: str, csrf: str, *, error: str = "", is_over: bool) -> FormDialog:
    """Return the form that says which mail address is theirs, and confirms one that they wrote."""
    own = (
        f"{user.display_name} wrote this one, and nobody has confirmed it yet. " if user.is_email_own else ""
    )
    return FormDialog(
        f"Mail address of {user.display_name}", f"/users/{user.id}/email", "Save",
        [TextField("email", "E-mail", typed, kind="email", max_length=320, error=error)],
        csrf, "/users",
        sentence=f"{own}Applications are told the address that you save as theirs.",
        is_over=is_over, symbol="user",
    )  # fmt: skip
