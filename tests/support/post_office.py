"""A mail server for the house of a test, and what has arrived there."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.header import decode_header, make_header
from email.message import Message

from mail_server import Inbox, mail_server
from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.notify import Courier, Post, change_mail_server
from gatepost_server.web import House


class PostOffice:
    """Lets mail leave and reads what came: over a real conversation by SMTP."""

    def __init__(self, world: World, house: House, inbox: Inbox) -> None:
        self.inbox = inbox
        self._courier = Courier(world.store.uow, (SYSTEM, ORIGIN), Post(house.post.seals))

    def delivered(self) -> list[Message]:
        """Let everything leave; return all that has arrived, by address."""
        while self._courier.step():
            pass
        return sorted(self.inbox.mails, key=lambda mail: str(mail["To"]))

    def close(self) -> None:
        """Give up the courier's connection."""
        self._courier.close()

    def addressees(self) -> list[str]:
        """Return to whom mail has arrived."""
        return [str(mail["To"]) for mail in self.delivered()]


@contextmanager
def post_office(world: World, house: House) -> Iterator[PostOffice]:
    """Set a mail server up in the settings, and run it."""
    with mail_server() as inbox:
        told: dict[str, object] = {
            "host": "127.0.0.1", "port": inbox.port, "tls": "none", "from": "Gatepost <g@example.com>",
        }  # fmt: skip
        with world.store.arranged() as tx:
            change_mail_server(tx, house.post.seals, told)
        office = PostOffice(world, house, inbox)
        try:
            yield office
        finally:
            office.close()


def subject_of(mail: Message) -> str:
    """Return the subject as people read it."""
    return str(make_header(decode_header(str(mail["Subject"]))))


def text_of(mail: Message) -> str:
    """Return the text as people read it."""
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode().replace("\r\n", "\n")
