"""Setting up the mail server: by administrators, sealed, with the environment in front."""

import pytest
from mail_server import Inbox
from world import World

from gatepost_server.authz import ActionDenied, ConfirmRequired
from gatepost_server.crypto import Seals
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.secret import Secret
from gatepost_server.notify import (
    BadAddress,
    MailFields,
    NoMailServer,
    Post,
    Tls,
    change_mail_server,
    deliver,
    is_configured,
    note_environment,
    read_mail_server,
    ready_test,
)
from gatepost_server.notify.errors import TooManyTests
from gatepost_server.notify.tables import MailEnvironmentRow, MailServerRow

WHOLE = {
    "host": "mail.example.com",
    "tls": "starttls",
    "user": "post",
    "password": "horn",
    "from": "g@example.com",
}


def test_the_password_is_sealed_used_and_never_told(world: World, seals: Seals) -> None:
    root, post = world.person("root", "administrator"), Post(seals)
    with world.begin(root) as tx:
        shown = change_mail_server(tx, seals, dict(WHOLE))
        assert shown.is_configured
        row = tx.session.get_one(MailServerRow, "mail")
        assert row.password_sealed is not None
        assert b"horn" not in row.password_sealed
    with world.read(root) as tx:
        server = post.server(tx)
        assert server is not None
        assert server.password == Secret("horn")
        assert read_mail_server(tx).fields.password == Secret("")


def test_other_fields_change_and_the_password_stays_until_the_server_is_another(
    world: World, seals: Seals
) -> None:
    root, post = world.person("root", "administrator"), Post(seals)
    with world.begin(root) as tx:
        change_mail_server(tx, seals, dict(WHOLE))
        change_mail_server(tx, seals, {"from": "new@example.com"})
        server = post.server(tx)
        assert server is not None
        assert (server.sender, server.password) == ("new@example.com", Secret("horn"))
        change_mail_server(tx, seals, {"host": "thief.example.com"})
        moved = post.server(tx)
        assert moved is not None
        assert moved.password is None


def test_only_administrators_with_a_recent_proof_set_it_up(world: World, seals: Seals) -> None:
    with world.begin(world.person("ada", "publisher")) as tx:
        with pytest.raises(ActionDenied):
            change_mail_server(tx, seals, dict(WHOLE))
        with pytest.raises(ActionDenied):
            read_mail_server(tx)
        with pytest.raises(ActionDenied):
            ready_test(tx, Post(seals), "a@b.example")
        assert not is_configured(tx)
    with world.begin(world.person("root", "administrator").stale) as tx, pytest.raises(ConfirmRequired):
        change_mail_server(tx, seals, dict(WHOLE))


def test_a_password_does_not_travel_unprotected_but_to_this_machine(world: World, seals: Seals) -> None:
    with world.begin(world.person("root", "administrator")) as tx:
        for host in ("mail.example.com", "localhost.example.com"):
            with pytest.raises(Invalid) as refused:
                change_mail_server(tx, seals, {**WHOLE, "host": host, "tls": "none"})
            assert [fault.field for fault in refused.value.faults] == ["mail.tls"]
        assert change_mail_server(tx, seals, {**WHOLE, "host": "127.0.0.1", "tls": "none"}).is_configured


def test_the_environment_is_shown_as_such_wins_and_cannot_be_changed_here(world: World, seals: Seals) -> None:
    environment = MailFields(host="env.example.com", password=Secret("from outside"), tls=Tls.TLS)
    with world.store.arranged() as tx:
        note_environment(tx, environment)
        assert "outside" not in str(tx.session.get_one(MailEnvironmentRow, "mail").value)
    with world.begin(world.person("root", "administrator")) as tx:
        with pytest.raises(Invalid) as refused:
            change_mail_server(tx, seals, dict(WHOLE))
        assert {fault.field for fault in refused.value.faults} == {"mail.host", "mail.tls", "mail.password"}
        assert not is_configured(tx)
        shown = change_mail_server(tx, seals, {"from": "g@example.com"})
        assert (shown.is_configured, shown.from_environment) == (True, ("host", "tls", "password"))
        server = Post(seals, environment).server(tx)
        assert server is not None
        assert (server.place, server.password) == ("env.example.com:465", Secret("from outside"))


def test_a_test_mail_goes_through_the_server_in_force(world: World, seals: Seals, inbox: Inbox) -> None:
    with world.begin(world.person("root", "administrator")) as tx:
        with pytest.raises(NoMailServer):
            ready_test(tx, Post(seals), "ann@example.com")
        change_mail_server(
            tx, seals, {"host": "127.0.0.1", "port": inbox.port, "tls": "none", "from": "g@example.com"}
        )
        with pytest.raises(BadAddress):
            ready_test(tx, Post(seals), "ann@example.com\nBcc: eve@example.com")
        server, letter = ready_test(tx, Post(seals), "ann@example.com")
    assert deliver(server, letter).is_sent
    assert [mail["To"] for mail in inbox.mails] == ["ann@example.com"]


def test_tests_are_limited(world: World, seals: Seals) -> None:
    with world.begin(world.person("root", "administrator")) as tx:
        change_mail_server(tx, seals, dict(WHOLE))
        for _ in range(10):
            ready_test(tx, Post(seals), "ann@example.com")
        with pytest.raises(TooManyTests):
            ready_test(tx, Post(seals), "ann@example.com")
