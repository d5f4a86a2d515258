"""Mail settings: set, tried with a real server, shown without the password, kept from others."""

from collections.abc import Iterator

import pytest
from calling import Api, Caller, faults, problem
from mail_server import Inbox, mail_server
from world import World

from gatepost_server.notify import send


@pytest.fixture
def root(api: Api, world: World) -> Caller:
    return api.session(world.person("root", "administrator"))


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as served:
        yield served


def settings_for(inbox: Inbox) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": inbox.port, "tls": "none", "from": "Gatepost <g@example.com>"}


def test_settings_are_shown_without_the_password(root: Caller) -> None:
    assert root.get("settings").json()["mail"]["is_configured"] is False
    body = {"host": "mail.example.com", "tls": "tls", "user": "g", "password": "post horn", "from": "g@x.org"}
    answer = root.patch("settings", {"mail": body})
    assert answer.json()["mail"] == {
        "host": "mail.example.com", "port": None, "tls": "tls", "user": "g", "has_password": True,
        "from": "g@x.org", "set_by_environment": [], "is_configured": True,
    }  # fmt: skip
    assert "horn" not in answer.text + root.get("settings").text + root.get("audit").text


def test_a_test_mail_arrives_and_the_answer_says_so(root: Caller, inbox: Inbox) -> None:
    root.patch("settings", {"mail": settings_for(inbox)})
    answer = root.post("settings/mail/test", {"to": "ann@example.com"})
    assert (answer.status_code, answer.json()["ok"], answer.json()["code"]) == (200, True, "sent")
    assert [mail["To"] for mail in inbox.mails] == ["ann@example.com"]


def test_a_refusal_by_the_mail_server_is_told_in_plain_words(root: Caller, inbox: Inbox) -> None:
    root.patch("settings", {"mail": settings_for(inbox)})
    inbox.refusing["RCPT"] = "550 secret-banner"
    said = root.post("settings/mail/test", {"to": "ann@example.com"}).json()
    assert (said["ok"], said["code"]) == (False, "recipient-refused")
    assert "secret-banner" not in said["detail"]


def test_without_a_mail_server_or_an_address_nothing_is_tried(root: Caller, inbox: Inbox) -> None:
    assert problem(root.post("settings/mail/test", {"to": "a@b.example"})) == (409, "no-mail-server")
    root.patch("settings", {"mail": settings_for(inbox)})
    assert problem(root.post("settings/mail/test", {"to": "a@b\nBcc: c@d"})) == (400, "bad-address")
    assert not inbox.mails


def test_faults_name_the_field(root: Caller) -> None:
    answer = root.patch("settings", {"mail": {"host": "a b", "tls": "ssl"}})
    assert set(faults(answer)) == {"mail.host", "mail.tls"}


def test_the_box_tells_what_became_of_each_mail(root: Caller, world: World) -> None:
    with world.store.arranged() as tx:
        send(tx, "ann@example.com", "Hello", "secret text", "share", "app_1")
    (row,) = root.pages("settings/mail/outbox", state="failed")
    assert (row["to"], row["kind"], row["about"]) == ("ann@example.com", "share", "app_1")
    assert (row["state"], row["reason"]) == ("failed", "not sent: no mail server")
    assert "secret text" not in str(row)
    assert root.pages("settings/mail/outbox", state="queued") == []


def test_others_neither_try_nor_look(api: Api, world: World) -> None:
    ada = api.session(world.person("ada", "publisher"))
    assert problem(ada.post("settings/mail/test", {"to": "a@b.example"})) == (403, "denied")
    assert problem(ada.get("settings/mail/outbox")) == (403, "denied")
    assert problem(api.nobody.get("settings/mail/outbox")) == (401, "unauthenticated")
