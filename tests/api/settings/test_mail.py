"""Mail settings: set, tried with a real server, shown without the password, kept from others."""

from collections.abc import Iterator
from typing import Any

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


def test_the_page_sets_the_server_up_tries_it_and_lists_the_mails(
    api: Api, world: World, root: Caller, inbox: Inbox
) -> None:
    html = {"accept": "text/html", "x-gatepost-csrf": None}

    def post(path: str, **data: object) -> Any:
        return root.call("POST", path, headers=html, data={"csrf_token": root.csrf, **data})

    form = {"host": "127.0.0.1", "port": "x", "tls": "none", "user": "", "sender": "Gatepost <g@example.com>"}
    assert "No mail goes out." in root.call("GET", "/admin/mail", headers=html).text
    assert post("/admin/mail/test", to="ann@example.com").status_code == 400
    wrong = post("/admin/mail", password="post horn", **form)
    assert (wrong.status_code, "A number from 1 to 65535." in wrong.text) == (400, True)
    assert "post horn" not in wrong.text
    assert post("/admin/mail", password="post horn", **(form | {"port": inbox.port})).status_code == 303
    assert post("/admin/mail", password="", **(form | {"port": inbox.port})).status_code == 303
    kept = root.get("settings").json()["mail"]
    assert (kept["port"], kept["user"], kept["has_password"]) == (inbox.port, None, True)
    assert post("/admin/mail/test", to="ann@example.com").status_code == 303
    assert [mail["To"] for mail in inbox.mails] == ["ann@example.com"]
    with world.store.arranged() as tx:
        send(tx, "kim@example.com", "You are asked", "Look.", "share")
    assert "kim@example.com" in root.call("GET", "/admin/mail?state=queued", headers=html).text
    assert "kim@example.com" not in root.call("GET", "/admin/mail?state=sent", headers=html).text
    ada = api.session(world.person("ada"))
    assert ada.call("GET", "/admin/mail", headers=html).status_code == 403
    form_of_ada = {"csrf_token": ada.csrf, **form, "port": "25"}
    assert ada.call("POST", "/admin/mail", headers=html, data=form_of_ada).status_code == 403
    assert ada.call("POST", "/admin/mail/test", headers=html, data=form_of_ada).status_code == 403
    assert len(inbox.mails) == 1
