"""Who is told by mail: whose credential was detached, and with whom a connection is shared."""

from collections.abc import Iterator

import pytest
from connections_desk import PLANTED, ConnectionDesk
from post_office import PostOffice, post_office, subject_of, text_of
from world import World

from gatepost_server.web import House


@pytest.fixture
def post(world: World, house: House) -> Iterator[PostOffice]:
    with post_office(world, house) as opened:
        yield opened


def test_whose_credential_was_detached_is_told_where_the_connection_leads_now(
    desk: ConnectionDesk, post: PostOffice
) -> None:
    for who in (desk.ada, desk.bob):
        desk.associated(who, desk.stored(who))
    path = f"connections/{desk.sales}"
    assert desk.ada.patch(path, {"name": "Sales EU"}).status_code == 200
    assert post.delivered() == []
    assert desk.ada.patch(path, {"params": {"host": "db2.example.com"}}).status_code == 200
    [mail] = post.delivered()
    assert (mail["To"], subject_of(mail)) == (
        "bob@example.com", "Sales EU leads elsewhere: your stored credential was detached",
    )  # fmt: skip
    text = text_of(mail)
    assert text.startswith(
        "Ada changed where the data connection Sales EU leads. It is now db2.example.com:5432."
    )
    assert f"http://gatepost.test/connections/{desk.sales}\n" in text
    assert PLANTED not in text


def test_a_share_of_a_connection_and_of_a_credential_can_be_told(
    desk: ConnectionDesk, post: PostOffice
) -> None:
    hers = desk.stored(desk.ada)
    for path in (f"connections/{desk.sales}", f"credentials/{hers}"):
        body = {"to": {"type": "user", "name": "root"}, "role": "consumer", "notify": True}
        answer = desk.ada.post(f"{path}/grants", body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["mail"] == {"sent": True, "reason": None}
    subjects = {subject_of(mail): text_of(mail) for mail in post.delivered()}
    assert set(subjects) == {"Ada shared “Sales” with you", "Ada shared “Warehouse” with you"}
    assert f"/connections/{desk.sales}\n" in subjects["Ada shared “Sales” with you"]
    assert "the connection “Sales”" in subjects["Ada shared “Sales” with you"]
