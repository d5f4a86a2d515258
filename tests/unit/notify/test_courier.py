"""The box and its courier: sent once, tried again, given up with the reason, kept with the change."""

from datetime import timedelta

import pytest
from mail_server import Inbox, free_port
from stores import ORIGIN, SYSTEM
from world import World

from gatepost_server.authz import ActionDenied
from gatepost_server.crypto import Seals
from gatepost_server.kernel.errors import Invalid
from gatepost_server.kernel.paging import PageRequest
from gatepost_server.notify import (
    BadAddress,
    Courier,
    Mail,
    MailFields,
    MailState,
    Post,
    Tls,
    list_mails,
    mail_of,
    mails_about,
    note_environment,
    send,
)
from gatepost_server.notify.tables import MailRow


@pytest.fixture
def post(world: World, inbox: Inbox, seals: Seals) -> Post:
    """The mail server of `inbox`, from the environment."""
    environment = MailFields("127.0.0.1", inbox.port, Tls.NONE, sender="g@example.com")
    with world.store.arranged() as tx:
        note_environment(tx, environment)
    return Post(seals, environment)


@pytest.fixture
def courier(world: World, post: Post) -> Courier:
    return Courier(world.store.uow, (SYSTEM, ORIGIN), post, timeout=10)


def put(world: World, **more: object) -> Mail:
    with world.store.arranged() as tx:
        return send(tx, "ann@example.com", "Hello", "Text\n", "share", "app_1", **more)


def now_of(world: World, mail: Mail) -> Mail:
    with world.read(SYSTEM) as tx:
        found = mail_of(tx, mail.id)
    assert found is not None
    return found


def text_of(world: World, mail: Mail) -> str | None:
    with world.read(SYSTEM) as tx:
        return tx.session.get_one(MailRow, mail.id).text


def test_a_mail_is_sent_once_and_its_text_forgotten(world: World, courier: Courier, inbox: Inbox) -> None:
    mail = put(world)
    assert mail.state is MailState.QUEUED
    assert courier.step() == 1
    assert (now_of(world, mail).state, text_of(world, mail)) == (MailState.SENT, None)
    world.store.clock.advance(days=2)
    assert courier.step() == 0
    assert [one["Subject"] for one in inbox.mails] == ["Hello"]


def test_a_change_that_is_not_kept_sends_nothing(world: World, courier: Courier, inbox: Inbox) -> None:
    with pytest.raises(RuntimeError), world.store.arranged() as tx:
        send(tx, "ann@example.com", "Hello", "Text", "share")
        raise RuntimeError
    assert (courier.step(), inbox.mails) == (0, [])


def test_a_temporary_failure_is_tried_again_after_a_while(
    world: World, courier: Courier, inbox: Inbox
) -> None:
    inbox.refusing["RCPT"] = "451 come back later"
    mail = put(world)
    assert courier.step() == 1
    waiting = now_of(world, mail)
    assert (waiting.state, waiting.attempts) == (MailState.QUEUED, 1)
    assert waiting.next_at == world.now + timedelta(minutes=1)
    assert "451" in (waiting.reason or "")
    inbox.refusing.clear()
    assert courier.step() == 0
    world.store.clock.advance(minutes=1)
    assert courier.step() == 1
    assert now_of(world, mail).state is MailState.SENT


def test_after_a_day_it_is_given_up_with_the_reason(world: World, courier: Courier, inbox: Inbox) -> None:
    inbox.refusing["RCPT"] = "451 come back later"
    mail = put(world)
    for _ in range(40):
        courier.step()
        world.store.clock.advance(hours=1)
    failed = now_of(world, mail)
    assert (failed.state, text_of(world, mail)) == (MailState.FAILED, None)
    assert "given up" in (failed.reason or "")
    assert failed.ended_at is not None
    assert failed.ended_at - mail.created_at <= timedelta(days=1)


def test_a_refusal_for_good_is_not_tried_again(world: World, courier: Courier, inbox: Inbox) -> None:
    inbox.refusing["RCPT"] = "550 no such user"
    mail = put(world)
    assert courier.step() == 1
    assert now_of(world, mail).state is MailState.FAILED
    assert "550" in (now_of(world, mail).reason or "")


def test_what_is_of_no_use_any_more_is_not_sent(world: World, courier: Courier, inbox: Inbox) -> None:
    mail = put(world, until=world.now + timedelta(hours=1))
    world.store.clock.advance(hours=1)
    assert courier.step() == 0
    assert (now_of(world, mail).state, text_of(world, mail)) == (MailState.FAILED, None)
    assert not inbox.mails


def test_without_a_mail_server_it_says_so(world: World, seals: Seals) -> None:
    mail = put(world)
    assert (mail.state, mail.reason) == (MailState.FAILED, "not sent: no mail server")
    assert text_of(world, mail) is None


def test_a_server_taken_away_meanwhile_is_told_too(world: World, post: Post, seals: Seals) -> None:
    mail = put(world)
    assert Courier(world.store.uow, (SYSTEM, ORIGIN), Post(seals)).step() == 1
    assert now_of(world, mail).reason == "not sent: no mail server"


def test_two_couriers_send_each_mail_once(world: World, post: Post, inbox: Inbox) -> None:
    couriers = [Courier(world.store.uow, (SYSTEM, ORIGIN), post) for _ in range(2)]
    for _ in range(5):
        put(world)
    assert sum(one.step() for one in couriers) == 5
    assert len(inbox.mails) == 5


def test_a_mail_of_a_courier_that_died_is_due_again(world: World, post: Post, inbox: Inbox) -> None:
    from gatepost_server.notify.service.courier import _taken

    mail = put(world)
    with world.store.arranged() as tx:
        assert _taken(tx) is not None
    other = Courier(world.store.uow, (SYSTEM, ORIGIN), post)
    assert other.step() == 0
    world.store.clock.advance(minutes=10)
    assert other.step() == 1
    assert now_of(world, mail).state is MailState.SENT


def test_a_dead_server_is_not_waited_for_by_others(world: World, seals: Seals) -> None:
    gone = MailFields("127.0.0.1", free_port(), Tls.NONE, sender="g@example.com")
    with world.store.arranged() as tx:
        note_environment(tx, gone)
    mail = put(world)
    assert Courier(world.store.uow, (SYSTEM, ORIGIN), Post(seals, gone)).step() == 1
    assert "cannot be reached" in (now_of(world, mail).reason or "")


@pytest.mark.parametrize("to", ["ann", "ann@example.com\r\nBcc: eve@example.com", "a@b, c@d"])
def test_nobody_else_is_smuggled_in(world: World, post: Post, to: str) -> None:
    with world.store.arranged() as tx, pytest.raises(BadAddress):
        send(tx, to, "Hello", "Text", "share")


def test_no_header_is_smuggled_in(world: World, post: Post) -> None:
    with world.store.arranged() as tx, pytest.raises(Invalid):
        send(tx, "ann@example.com", "Hello\r\nBcc: eve@example.com", "Text", "share")


def test_the_box_is_for_administrators_and_has_no_texts(world: World, post: Post) -> None:
    mails = [put(world) for _ in range(3)]
    with world.read(world.person("root", "administrator")) as tx:
        first = list_mails(tx, PageRequest(limit=2))
        assert [one.id for one in first.items] == [mails[2].id, mails[1].id]
        rest = list_mails(tx, PageRequest(limit=2, cursor=first.next, q="ann share"))
        assert [one.id for one in rest.items] == [mails[0].id]
        assert list_mails(tx, PageRequest(), MailState.SENT).items == []
        assert [one.id for one in mails_about(tx, "app_1")] == [one.id for one in reversed(mails)]
    with world.read(world.person("ada", "publisher")) as tx, pytest.raises(ActionDenied):
        list_mails(tx, PageRequest())


def test_ended_mails_are_forgotten_after_three_months(world: World, courier: Courier) -> None:
    mail = put(world)
    courier.step()
    world.store.clock.advance(days=90)
    courier.sweep()
    assert now_of(world, mail).state is MailState.SENT
    world.store.clock.advance(seconds=1)
    courier.sweep()
    with world.read(SYSTEM) as tx:
        assert mail_of(tx, mail.id) is None
