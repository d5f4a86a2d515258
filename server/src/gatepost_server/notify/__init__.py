"""Outgoing mail: the server it goes through, and a box from which it is sent and sent again.

`send` only writes a row in the caller's transaction; the worker's `Courier` talks to the
mail server. Whoever needs mail to work asks `is_configured` first and says so.
"""

from gatepost_server.notify.addresses import Address, is_address, parse_address
from gatepost_server.notify.errors import BadAddress, NoMailServer
from gatepost_server.notify.model import (
    Mail,
    MailFields,
    MailServer,
    MailState,
    MailView,
    Tls,
    checked_subject,
    checked_text,
)
from gatepost_server.notify.service.box import (
    is_configured,
    list_mails,
    mail_of,
    mails_about,
    send,
    send_to_people,
)
from gatepost_server.notify.service.courier import Courier
from gatepost_server.notify.service.server import (
    Post,
    change_mail_server,
    note_environment,
    read_mail_server,
    ready_test,
)
from gatepost_server.notify.smtp import Outcome, deliver

__all__ = [
    "Address",
    "BadAddress",
    "Courier",
    "Mail",
    "MailFields",
    "MailServer",
    "MailState",
    "MailView",
    "NoMailServer",
    "Outcome",
    "Post",
    "Tls",
    "change_mail_server",
    "checked_subject",
    "checked_text",
    "deliver",
    "is_address",
    "is_configured",
    "list_mails",
    "mail_of",
    "mails_about",
    "note_environment",
    "parse_address",
    "read_mail_server",
    "ready_test",
    "send",
    "send_to_people",
]
