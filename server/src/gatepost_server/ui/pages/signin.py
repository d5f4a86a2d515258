"""Login, the first change of password, and the consent to sign the CLI in."""

from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.fields import TextField


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
                "username", "User name or e-mail", self.username, autocomplete="username",
                is_big=True, is_first=not self.username, max_length=320,
            ),
            TextField(
                "password", "Password", kind="password", autocomplete="current-password",
                is_big=True, is_first=bool(self.username), max_length=256,
            ),
        )  # fmt: skip


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
            "old", "Present password", kind="password", autocomplete="current-password",
            error=old_error, is_big=is_big, is_first=is_big, max_length=256,
        ),
        TextField(
            "new", "New password", kind="password", autocomplete="new-password",
            hint="At least 10 characters. A few words in a row are easy to remember and hard to guess.",
            error=new_error, is_big=is_big, min_length=10, max_length=256,
        ),
    )  # fmt: skip


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
            "password", "Password", kind="password", autocomplete="current-password",
            is_big=True, is_first=True, max_length=256,
        )  # fmt: skip


@dataclass(frozen=True)
class CliConsent(Component):
    """Asks whether the command line on this machine may sign in as the viewer."""

    template: ClassVar[str] = "people/cli_consent.html"
    csrf: str
    person: str
    port: int
    state: str
    code: str
    challenge: str = ""
