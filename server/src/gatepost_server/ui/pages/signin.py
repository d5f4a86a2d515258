"""Login, the first change of password, and the consent to sign the CLI in."""

from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.fields import Hidden, TextField


@dataclass(frozen=True)
class Login(Component):
    """The login form. `goes_on_to` is the path asked for; never an app's name or owner."""

    template: ClassVar[str] = "people/login.html"
    csrf: str
    next_path: str = ""
    goes_on_to: str = ""
    username: str = ""
    fault: str = ""

    @property
    def fields(self) -> tuple[TextField, TextField]:
        """User name and password."""
        return (
            TextField(
                "username",
                "User name or e-mail",
                self.username,
                autocomplete="username",
                is_big=True,
                is_first=not self.username,
                max_length=320,
            ),
            TextField(
                "password",
                "Password",
                kind="password",
                autocomplete="current-password",
                is_big=True,
                is_first=bool(self.username),
                max_length=256,
            ),
        )


@dataclass(frozen=True)
class ForcedPassword(Component):
    """Asks for a new password before anything else may be done."""

    template: ClassVar[str] = "people/forced_password.html"
    csrf: str
    next_path: str = ""
    fault: str = ""
    old_error: str = ""
    new_error: str = ""

    @property
    def fields(self) -> tuple[TextField, ...]:
        """The password in force and the new one."""
        return password_fields(self.old_error, self.new_error, is_big=True)


def password_fields(
    old_error: str = "", new_error: str = "", *, is_big: bool = False
) -> tuple[TextField, ...]:
    """Return the two fields of every change of password."""
    return (
        TextField(
            "old",
            "Current password",
            kind="password",
            autocomplete="current-password",
            error=old_error,
            is_big=is_big,
            is_first=is_big,
            max_length=256,
        ),
        TextField(
            "new",
            "New password",
            kind="password",
            autocomplete="new-password",
            hint="At least 8 characters. A few words in a row are easy to remember and hard to guess.",
            error=new_error,
            is_big=is_big,
            min_length=8,
            max_length=256,
        ),
    )


@dataclass(frozen=True)
class Confirm(Component):
    """Asks for the password again before something sensitive."""

    template: ClassVar[str] = "people/confirm.html"
    csrf: str
    next_path: str
    person: str
    fault: str = ""

    @property
    def field(self) -> TextField:
        """The password."""
        return TextField(
            "password",
            "Password",
            kind="password",
            autocomplete="current-password",
            is_big=True,
            is_first=True,
            max_length=256,
        )


@dataclass(frozen=True)
class CliConsent(Component):
    """Asks whether the command line on this machine may sign in as the viewer."""

    template: ClassVar[str] = "people/cli_consent.html"
    csrf: str
    person: str
    port: int
    state: str
    challenge: str


def confirm_dialog(csrf: str, next_path: str, *, fault: str = "") -> FormDialog:
    """Return the question for the password, over the page from which something was asked."""
    field = TextField(
        "password",
        "Password",
        kind="password",
        autocomplete="current-password",
        is_first=True,
        max_length=256,
    )
    return FormDialog(
        "Is it still you?",
        "/confirm",
        "Confirm",
        [field, Hidden("next", next_path)],
        csrf,
        "/applications",
        sentence="What you are about to do needs your password once more.",
        fault=fault,
        is_over=True,
        symbol="lock",
    )


@dataclass(frozen=True)
class Reset(Component):
    """Takes the code that an administrator told, and a new password."""

    template: ClassVar[str] = "people/reset.html"
    csrf: str
    username: str = ""
    fault: str = ""
    new_error: str = ""

    @property
    def fields(self) -> tuple[TextField, ...]:
        """User name, code, new password."""
        return (
            TextField(
                "username", "User name", self.username, autocomplete="username", is_big=True, is_first=True
            ),
            TextField("code", "Reset code", is_big=True, hint="From your administrator; good for one hour."),
            password_fields("", self.new_error, is_big=True)[1],
        )
