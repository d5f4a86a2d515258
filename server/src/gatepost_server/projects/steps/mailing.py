"""The step that sends a mail."""

from collections.abc import Mapping
from typing import Any, Final

from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.notify import (
    BadAddress,
    NoMailServer,
    checked_subject,
    checked_text,
    is_configured,
    parse_address,
    send,
)
from gatepost_server.projects.ports import Workplace
from gatepost_server.projects.service.finding import require_project
from gatepost_server.projects.steps.fields import texts
from gatepost_server.store import Tx

MOST: Final = 50
"""To so many addresses one step writes."""


class MailStep:
    """`{"type": "mail", "to": "a@x.org, b@x.org", "subject", "text"}`."""

    name = "mail"

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the addresses, the subject and the text.

        Raises:
            Invalid: one cannot be used.
        """
        fields = texts(raw, "to", "subject", "text")
        addresses = [part.strip() for part in fields["to"].split(",")]
        try:
            to = list(dict.fromkeys(str(parse_address(one)) for one in addresses))
        except BadAddress:
            to = []
        if not 1 <= len(to) <= MOST:
            fault = FieldFault("to", f"1 to {MOST} addresses like name@example.com, separated by commas")
            raise Invalid("The step cannot be used.", faults=[fault])
        return {
            "to": ", ".join(to),
            "subject": checked_subject(fields["subject"]),
            "text": checked_text(fields["text"]),
        }

    def query(self, raw: Mapping[str, Any]) -> str | None:  # noqa: ARG002  # every kind is asked
        """Return None: a mail runs no SQL."""
        return None

    def needs(self, tx: Tx, project_key: str, step: Mapping[str, Any]) -> None:  # noqa: ARG002  # the port's
        """Require what writing the project's configuration takes: mail leaves the house."""
        require_project(tx, "project:add", project_key)

    def run(self, place: Workplace, step: Mapping[str, Any]) -> str:
        """Put the mails into the box.

        Raises:
            NoMailServer: there is nothing to send them through.
        """
        to = [one.strip() for one in step["to"].split(",")]
        with place.begin() as tx:
            if not is_configured(tx):
                raise NoMailServer
            mails = [
                send(tx, one, step["subject"], step["text"], "scenario", place.scenario_id) for one in to
            ]
            after = {"to": to, "mails": [mail.id for mail in mails]}
            tx.audit("scenario:mail", "scenario", place.scenario_id, step["subject"], after=after)
        return "1 mail is on its way." if len(to) == 1 else f"{len(to)} mails are on their way."
