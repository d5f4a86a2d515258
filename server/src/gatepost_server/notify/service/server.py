"""Setting up the mail server, and trying it."""

from dataclasses import dataclass, field
from typing import Final

from gatepost_server.authz import INSTANCE, require_instance
from gatepost_server.crypto import Seals
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.kernel.ids import new_id
from gatepost_server.notify import queries
from gatepost_server.notify.addresses import parse_address
from gatepost_server.notify.errors import NoMailServer, TooManyTests
from gatepost_server.notify.model import MailFields, MailServer, MailView, Tls, is_loopback, merged, server_of
from gatepost_server.notify.smtp import Letter
from gatepost_server.notify.tables import MailEnvironmentRow, MailServerRow
from gatepost_server.store import Bucket, Tx, take

_TESTS: Final = Bucket(capacity=10, period_s=60)


@dataclass(frozen=True)
class Post:
    """What a process needs to talk to the mail server: its keys and its environment."""

    seals: Seals
    environment: MailFields = field(default_factory=MailFields)

    def server(self, tx: Tx) -> MailServer | None:
        """Return the server in force with its password, or None; asks for no right."""
        return server_of(merged(queries.stored_fields(tx.session, self.seals), self.environment))


def note_environment(tx: Tx, environment: MailFields) -> None:
    """Write down what the environment sets, at a process's start; of a password only that it is there."""
    said = environment.named()
    if "password" in said:
        said["password"] = True
    tx.session.merge(MailEnvironmentRow(id=queries.ONE, value=said))


def read_mail_server(tx: Tx) -> MailView:
    """Return the mail settings in force, for administrators; never the password."""
    require_instance(tx, "settings:read")
    return view(tx)


def change_mail_server(tx: Tx, seals: Seals, wanted: dict[str, object]) -> MailView:
    """Change some mail settings; None clears one, the others stay.

    Another host, port, user or protection without a new password forgets the stored one.

    Raises:
        Invalid: an unknown field, a value it cannot have, a field that the environment
            sets, or a password that would travel unprotected.
    """
    require_instance(tx, "settings:change")
    environment = queries.environment_fields(tx.session)
    fixed = [name for name in environment.named() if name in wanted]
    if fixed:
        faults = [FieldFault(f"mail.{name}", f"is set by GATEPOST_MAIL_{name.upper()}") for name in fixed]
        raise Invalid("The environment of the server sets this; change it there.", faults=faults)
    before = queries.stored_fields(tx.session, None)
    after = before.changed(wanted)
    _refuse_open_password(merged(after, environment))
    row = tx.session.get(MailServerRow, queries.ONE) or MailServerRow(id=queries.ONE)
    row.host, row.port, row.tls, row.user, row.sender = (
        after.host, after.port, after.tls, after.user, after.sender,
    )  # fmt: skip
    if after.password is None:
        row.password_sealed = None
    elif wanted.get("password") is not None:
        row.password_sealed = seals.seal(after.password, queries.PASSWORD)
    tx.session.add(row)
    tx.session.flush()
    tx.audit("settings:change", "instance", INSTANCE, "mail", before=_told(before), after=_told(after))
    return view(tx)


def ready_test(tx: Tx, post: Post, to: str) -> tuple[MailServer, Letter]:
    """Return what to send through what for a test mail to *to*; sending it is up to the door.

    Raises:
        BadAddress: *to* is not an address.
        NoMailServer: there is none to try.
        TooMany: more than ten tests in a minute.
    """
    require_instance(tx, "settings:change")
    address = parse_address(to)
    server = post.server(tx)
    if server is None:
        raise NoMailServer
    wait = take(tx, f"test-mail:{tx.actor.principal_id}", _TESTS)
    if wait is not None:
        raise TooManyTests(wait)
    tx.audit(
        "settings:test-mail", "instance", INSTANCE, "mail", after={"to": str(address), "server": server.place}
    )
    text = f"{tx.actor.name} sent this mail from Gatepost's settings, to see whether mail arrives. It does.\n"
    return server, Letter(new_id("mail", tx.now), address, "A test mail from Gatepost", text, tx.now)


def view(tx: Tx) -> MailView:
    """Return the mail settings in force, asking for no right."""
    environment = queries.environment_fields(tx.session)
    fields = merged(queries.stored_fields(tx.session, None), environment)
    return MailView(fields, tuple(environment.named()), server_of(fields) is not None)


def _refuse_open_password(fields: MailFields) -> None:
    is_open = fields.tls is Tls.NONE and fields.password is not None
    if is_open and not is_loopback(fields.host or ""):
        fault = FieldFault("mail.tls", "starttls or tls, since there is a password")
        raise Invalid("The password would travel where others can read it.", faults=[fault])


def _told(fields: MailFields) -> dict[str, object]:
    """Return *fields* for the trail: that there is a password, not which."""
    return {**fields.named(), "password": "set" if fields.password is not None else None}
