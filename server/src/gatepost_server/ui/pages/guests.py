"""The page of an external link: where people outside ask for the mail that lets them in."""

from dataclasses import dataclass
from typing import ClassVar

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.fields import TextField


@dataclass(frozen=True)
class AskInvitation(Component):
    """Asks for an address. `is_asked`: it was sent, and the answer tells nobody what came of it."""

    template: ClassVar[str] = "sharing/ask_invitation.html"
    action: str
    app_name: str
    is_asked: bool = False
    fault: str = ""

    @property
    def field(self) -> TextField:
        """The address."""
        return TextField(
            "email", "Your e-mail address", kind="email", autocomplete="email", error=self.fault, is_big=True,
            is_first=True, max_length=254,
        )  # fmt: skip
