"""The form that asks for access to an application."""

from dataclasses import dataclass
from typing import Final

from gatepost_server.ui.kit.dialogs import FormDialog
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import SelectField, TextField
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.application_access import ROLES

VALIDITIES: Final = [
    Choice("30", "30 days"),
    Choice("90", "90 days"),
    Choice("180", "180 days"),
    Choice("permanent", "For good"),
    Choice("until", "Until a date I choose"),
]


@dataclass(frozen=True)
class AskState:
    """What was typed into the form that asks for access."""

    app: str = ""
    role: str = "consumer"
    reason: str = ""
    validity: str = "90"
    until: str = ""
    faults: dict[str, str] | None = None
    fault: str = ""

    def error(self, name: str) -> str:
        """Return what is wrong with a field."""
        return (self.faults or {}).get(name, "")


def ask_dialog(form: AskState, csrf: str, *, is_over: bool) -> FormDialog:
    """Return the form that asks for access to an application."""
    app = TextField(
        "app", "Application", form.app, hint="Its id or its number.", error=form.error("app"), max_length=60
    )
    return FormDialog(
        "Ask for access",
        "/requests/new",
        "Ask for access",
        [
            app,
            SelectField("role", "Role", ROLES, form.role, error=form.error("role")),
            SelectField("validity", "For how long", VALIDITIES, form.validity, error=form.error("validity")),
            TextField(
                "until", "End date", form.until, kind="date", is_required=False,
                hint="Only for “Until a date I choose”; the day is the last one.", error=form.error("until"),
            ),
            TextArea(
                "reason", "Reason", form.reason, "What you need it for; who decides reads it.",
                form.error("reason"), lines=3, is_required=True, max_length=500,
            ),
        ],
        csrf,
        "/applications",
        sentence="It goes to those who may give it, if there is such an application and they take requests.",
        fault=form.fault,
        is_over=is_over,
        symbol="lock",
    )  # fmt: skip
