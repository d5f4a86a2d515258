"""Inviting people outside into the apps of a gate's house, as an owner and as a guest do it."""

import re
from dataclasses import dataclass

from gate_calls import Answered, call
from gate_house import ORIGIN, House, Person
from sqlalchemy import select

from gatepost_server import sharing
from gatepost_server.apps import App
from gatepost_server.bootstrap.mail import post_of
from gatepost_server.kernel.actor import ANONYMOUS
from gatepost_server.notify import change_mail_server
from gatepost_server.notify.tables import MailRow
from gatepost_server.sharing import External
from gatepost_server.web.guests import home_of

_SERVER: dict[str, object] = {"host": "mail.example", "from": "g@example.com"}


@dataclass
class GuestDesk:
    """One app of one owner, shared with people outside; the mails stay in the box, where they are read."""

    house: House
    owner: Person
    app: App

    def set_up_mail(self) -> None:
        """Name a mail server, without which nobody outside is let in."""
        assert self.house.admin is not None
        base = self.house.base
        with base.uow.begin(self.house.admin.actor, ORIGIN) as tx:
            change_mail_server(tx, post_of(base).seals, _SERVER)

    def share(self, *allowed: str, is_enabled: bool = True) -> External:
        """Turn external sharing on for exactly these entries, or off."""
        with self.house.base.uow.begin(self.owner.actor, ORIGIN) as tx:
            return sharing.change_external(tx, self.app.id, is_enabled=is_enabled, allowed=allowed)

    def mailed_path(self, email: str) -> str:
        """Ask for a mail by the link and return the path that the mail leads to."""
        base = self.house.base
        with base.uow.read(self.owner.actor, ORIGIN) as tx:
            link_id = sharing.get_external(tx, self.app.id).link_id
        assert link_id is not None
        with base.uow.begin(ANONYMOUS, ORIGIN) as tx:
            sharing.ask_invitation(tx, base.peppers, home_of(base.settings, tx), link_id, email)
        with base.uow.read(self.owner.actor, ORIGIN) as tx:
            wanted = (
                select(MailRow.text).where(MailRow.to_address == email.lower()).order_by(MailRow.id.desc())
            )
            text = tx.session.scalar(wanted)
        assert text is not None, f"nothing was mailed to {email}"
        found = re.search(r"http://([^/\s]+)(/_gatepost/guest/\S+)", text)
        assert found is not None
        assert found[1] == self.host
        return found[2]

    @property
    def host(self) -> str:
        """The app's own host."""
        return self.house.host(self.app)

    def enter(self, email: str) -> str:
        """Come in by a mail and return the cookie line of the guest."""
        return cookie_of(self.post(self.mailed_path(email)))

    def post(self, path: str, *lines: str, host: str | None = None) -> Answered:
        """Confirm a mailed link."""
        return call(self.house.port, path, "Content-Length: 0", *lines, host=host or self.host, method="POST")

    def opened(self, cookie: str, *lines: str) -> Answered:
        """Call the app on its own host as the guest."""
        return call(self.house.port, "/", f"Cookie: {cookie}", *lines, host=self.host)


def cookie_of(answer: Answered) -> str:
    """Return what a browser would send back after *answer*."""
    assert answer.status == 200, answer.body
    [line] = answer.all("set-cookie")
    return line.partition(";")[0]
