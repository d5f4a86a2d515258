"""External sharing by the API: the list, its faults, invitations by mail, guests and their end."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from calling import Api, Caller, faults, problem
from deployments import app_of, deployed
from httpx import Response
from post_office import PostOffice, post_office, subject_of, text_of
from stores import on_one_engine
from world import Person, World

from gatepost_server import sharing
from gatepost_server.authn import BadCredential, Identified, Means, Presented, identify, still_good
from gatepost_server.authz import policy
from gatepost_server.kernel.actor import ActorKind
from gatepost_server.kernel.secret import Secret
from gatepost_server.sharing import InvitationOver
from gatepost_server.store import raw_reader
from gatepost_server.web import House


@pytest.fixture
def post(world: World, house: House) -> Iterator[PostOffice]:
    with post_office(world, house) as opened:
        yield opened


@pytest.fixture
def app_id(world: World, owner: Person) -> str:
    return app_of(world, deployed(world, owner))


@pytest.fixture
def there(app_id: str) -> str:
    return f"apps/{app_id}/external"


def put(caller: Caller, there: str, *allowed: str, is_on: bool = True, **more: Any) -> Response:
    return caller.call("PUT", there, json={"enabled": is_on, "allowed": list(allowed), **more})


def shared(caller: Caller, there: str, *allowed: str, is_on: bool = True) -> dict[str, Any]:
    answer = put(caller, there, *allowed, is_on=is_on)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def asked(api: Api, link: str, email: str, **more: Any) -> tuple[int, Any]:
    """Ask for a mail as a program does that has no credential."""
    answer = api.send("POST", link.removeprefix("http://gatepost.test"), json={"email": email}, **more)
    return answer.status_code, answer.json()


def token_of(post: PostOffice, email: str) -> Secret:
    text = text_of([mail for mail in post.delivered() if str(mail["To"]) == email][-1])
    found = re.search(r"http://report--[0-9a-f]{24}\.localhost:8080/_gatepost/guest/(\S+)", text)
    assert found is not None, text
    return Secret(found[1])


class Browser:
    """Somebody outside: uses a mailed link up, and comes back with the cookie."""

    def __init__(self, world: World, app_id: str) -> None:
        self._world, self._app_id = world, app_id
        self._cookie: Secret | None = None
        self.guest_id = ""

    def enter(self, token: Secret) -> "Browser":
        with self._world.store.arranged() as tx:
            made = sharing.accept_invitation(tx, self._world.peppers, self._app_id, token)
        self._cookie, self.guest_id = made.token, made.guest.id
        return self

    def come(self, app_id: str | None = None) -> Identified:
        with raw_reader(self._world.store.engine) as reader:
            means = Means(self._world.peppers, timedelta(hours=8))
            what = Presented(guest=self._cookie)
            return identify(reader, means, what, ip=None, now=self._world.now, app_id=app_id or self._app_id)

    def is_in(self) -> bool:
        """Tell whether both questions of the gate are answered alike: by cookie, and later."""
        try:
            self.come()
        except BadCredential:
            with raw_reader(self._world.store.engine) as reader, pytest.raises(BadCredential):
                still_good(reader, self.guest_id, ip=None, now=self._world.now)
            return False
        with raw_reader(self._world.store.engine) as reader:
            still_good(reader, self.guest_id, ip=None, now=self._world.now)
        return True


@pytest.fixture
def browser(world: World, app_id: str) -> Browser:
    return Browser(world, app_id)


def test_it_is_off_until_somebody_turns_it_on(mine: Caller, there: str, post: PostOffice) -> None:
    off = {"enabled": False, "allowed": [], "link": None, "guests": [], "invited": []}
    assert mine.get(there).json() == off
    on = shared(mine, there, "@Partner.Example", "Ann@Solo.example", "@partner.example")
    assert on["allowed"] == ["@partner.example", "ann@solo.example"]
    assert re.fullmatch(r"http://gatepost\.test/external/[A-Za-z0-9_-]{22}", on["link"])
    assert mine.get(there).json() == on
    assert mine.call("PUT", there, json={"enabled": False}).json()["allowed"] == on["allowed"]
    assert shared(mine, there, "@partner.example")["link"] == on["link"]


def test_pages_say_that_people_outside_may_open_it_to_who_shares_it(
    api: Api, world: World, mine: Caller, app_id: str, there: str, post: PostOffice
) -> None:
    def pages(caller: Caller) -> list[str]:
        html, places = {"accept": "text/html"}, ("/applications", f"/applications/{app_id}")
        return [caller.call("GET", at, headers=html).text for at in places]

    assert ["outside" in text or "External sharing" in text for text in pages(mine)] == [False, False]
    shared(mine, there, "@partner.example")
    listed, own = pages(mine)
    assert "and people outside" in listed
    assert "on the list may open it: @partner.example." in own
    opener = world.person("opener")
    world.grant(app_id, opener.id, policy.mask("USE"))
    assert not any("outside" in text or "partner.example" in text for text in pages(api.session(opener)))
    shared(mine, there, "@partner.example", is_on=False)
    assert "and people outside" not in pages(mine)[0]


@on_one_engine
def test_each_entry_that_cannot_be_used_is_named(mine: Caller, there: str, post: PostOffice) -> None:
    wrong = {
        "lars@brightport": "has no ending such as .com",
        "partner.example": "is neither a domain",
        "@": "is not the name of a domain",
        "a@b@c.example": "is not an address",
        'a"b@c.example': "is not an address",
        "a@evil.example>@good.example": "is not an address",
        "=?utf-8?q?a?=@c.example": "is not an address",
        "x@10.0.0.1": "has an ending that no domain has",
        "a b@c.example": "is not an address",
        "@gmail.com": "lets in everybody",
        "": "is neither a domain",
    }
    answer = put(mine, there, "@fine.example", *wrong, "ok@fine.example")
    assert problem(answer) == (400, "bad-entries")
    said = faults(answer)
    assert list(said) == [f"allowed[{at}]" for at in range(1, len(wrong) + 1)]
    for (entry, words), fault in zip(wrong.items(), said.values(), strict=True):
        assert words in fault, (entry, fault)
    assert mine.get(there).json()["enabled"] is False
    assert put(mine, there, "@gmail.com", confirmed=["@GMAIL.com"]).status_code == 200
    assert put(mine, there, "@gmail.com", "@more.example").status_code == 200


@on_one_engine
def test_a_domain_is_compared_as_it_is_looked_up(
    mine: Caller, there: str, post: PostOffice, api: Api
) -> None:
    on = shared(mine, there, "@bücher.example")
    assert on["allowed"] == ["@xn--bcher-kva.example"]
    asked(api, on["link"], "Ann@BÜCHER.example")
    assert post.addressees() == ["ann@xn--bcher-kva.example"]


@on_one_engine
def test_it_needs_a_mail_server_and_says_so(mine: Caller, there: str) -> None:
    assert problem(put(mine, there, "@partner.example")) == (409, "no-mail-server")
    assert put(mine, there, "@partner.example", is_on=False).status_code == 200


@on_one_engine
def test_who_may_not_share_sees_and_changes_nothing(
    world: World, api: Api, there: str, app_id: str, post: PostOffice
) -> None:
    bob, eve = world.person("bob", "publisher"), world.person("eve", "publisher")
    world.grant(app_id, bob.id, policy.presets["app"]["consumer"])
    for who, status in ((bob, 403), (eve, 404)):
        caller = api.session(who)
        assert caller.get(there).status_code == status
        assert put(caller, there, "@partner.example").status_code == status
        assert caller.post(f"{there}/invitations", {}).status_code == status
        assert caller.delete(f"{there}/guests/gst_{'0' * 24}").status_code == status
    editor = world.person("ed", "publisher")
    world.grant(app_id, editor.id, policy.presets["app"]["editor"])
    assert put(api.session(editor), there, "@partner.example").status_code == 200


@on_one_engine
def test_nobody_lets_others_in_for_longer_or_further_than_they_may_come_in(
    world: World, api: Api, mine: Caller, there: str, app_id: str, post: PostOffice
) -> None:
    mia, max_ = world.person("mia", "publisher"), world.person("max", "publisher")
    world.grant(app_id, mia.id, policy.presets["app"]["editor"], until=world.now + timedelta(days=30))
    world.grant(app_id, max_.id, policy.mask("SHARE"))
    for who in (mia, max_):
        assert problem(put(api.session(who), there, "@partner.example"))[0] == 403
    shared(mine, there, "@partner.example")
    for who in (mia, max_):
        assert problem(put(api.session(who), there, "@partner.example", "@more.example"))[0] == 403
        assert put(api.session(who), there, "@partner.example", is_on=False).status_code == 200
        shared(mine, there, "@partner.example")


@on_one_engine
def test_the_answer_to_asking_tells_nothing_and_only_who_is_listed_is_mailed(
    mine: Caller, there: str, post: PostOffice, api: Api
) -> None:
    link = shared(mine, there, "@partner.example", "ann@solo.example")["link"]
    off = "http://gatepost.test/external/" + "A" * 22
    said = [
        asked(api, link, who)
        for who in ("Dora@Partner.Example", "ann@solo.example", "bob@solo.example", "x@sub.partner.example",
                    "x@partner.example.evil.example", "nonsense", "a@b@partner.example")
    ]  # fmt: skip
    said.append(asked(api, off, "dora@partner.example"))
    assert {(status, str(body)) for status, body in said} == {(202, str(said[0][1]))}
    assert post.addressees() == ["ann@solo.example", "dora@partner.example"]
    assert problem(api.send("POST", link.removeprefix("http://gatepost.test"), json={}))[0] == 400
    evil = {"origin": "http://evil.example"}
    assert asked(api, link, "dora@partner.example", headers=evil)[0] == 403
    mail = post.delivered()[-1]
    assert subject_of(mail) == "Your way in to “Report”"
    assert "within an hour" in text_of(mail)


@on_one_engine
def test_an_address_is_mailed_five_times_an_hour(
    world: World, mine: Caller, there: str, post: PostOffice, api: Api
) -> None:
    link = shared(mine, there, "@partner.example", "ann@solo.example")["link"]
    for _ in range(7):
        assert asked(api, link, "ann@solo.example")[0] == 202
    assert len(post.delivered()) == 5
    said = mine.post(f"{there}/invitations", {}).json()["items"]
    assert [(one["email"], one["sent"]) for one in said] == [("ann@solo.example", False)]
    world.store.clock.advance(minutes=15)
    assert mine.post(f"{there}/invitations", {}).json()["items"][0] == {
        "email": "ann@solo.example", "sent": True, "reason": None,
    }  # fmt: skip


@on_one_engine
def test_one_source_asks_thirty_times_an_hour(mine: Caller, there: str, post: PostOffice, api: Api) -> None:
    link = shared(mine, there, "@partner.example")["link"]
    for number in range(32):
        assert asked(api, link, f"n{number}@partner.example")[0] == 202
    assert len(post.delivered()) == 30


def test_invitations_go_to_every_full_address_or_to_some(mine: Caller, there: str, post: PostOffice) -> None:
    assert problem(mine.post(f"{there}/invitations", {})) == (409, "external-off")
    shared(mine, there, "@partner.example", "ann@solo.example", "bob@solo.example")
    answer = mine.post(f"{there}/invitations", {})
    assert answer.status_code == 202
    assert post.addressees() == ["ann@solo.example", "bob@solo.example"]
    assert [one["email"] for one in mine.get(there).json()["invited"]] == post.addressees()
    assert mine.post(f"{there}/invitations", {"emails": ["dora@partner.example"]}).status_code == 202
    refused = mine.post(f"{there}/invitations", {"emails": ["dora@partner.example", "eve@solo.example", "x"]})
    assert (refused.status_code, list(faults(refused))) == (400, ["emails[1]"])
    assert len(post.delivered()) == 3


@on_one_engine
def test_an_invitation_is_good_for_an_hour(
    world: World, mine: Caller, there: str, post: PostOffice, browser: Browser
) -> None:
    shared(mine, there, "ann@solo.example")
    mine.post(f"{there}/invitations", {})
    token = token_of(post, "ann@solo.example")
    world.store.clock.advance(minutes=60)
    with pytest.raises(InvitationOver):
        browser.enter(token)
    assert mine.get(there).json()["invited"] == []


def test_a_guest_stays_thirty_days_however_often_they_come(
    world: World,
    api: Api,
    owner: Person,
    mine: Caller,
    there: str,
    app_id: str,
    post: PostOffice,
    browser: Browser,
) -> None:
    shared(mine, there, "ann@solo.example")
    mine.post(f"{there}/invitations", {})
    token = token_of(post, "ann@solo.example")
    actor = browser.enter(token).come().actor
    assert (actor.kind, actor.name, actor.cap, actor.reach) == (
        ActorKind.GUEST,
        "ann@solo.example",
        1,
        (app_id,),
    )
    with pytest.raises(InvitationOver):
        Browser(world, app_id).enter(token)
    with pytest.raises(BadCredential):
        browser.come("app_" + "0" * 24)
    [row] = mine.get(there).json()["guests"]
    assert (row["email"], row["last_seen"]) == ("ann@solo.example", None)

    world.store.clock.advance(days=29, hours=23)
    assert browser.is_in()
    with world.store.arranged() as tx:
        sharing.note_guests_seen(tx, {browser.guest_id: tx.now, "ses_x": tx.now})
    assert api.session(owner).get(there).json()["guests"][0]["last_seen"] is not None
    world.store.clock.advance(hours=1)
    assert not browser.is_in()
    assert api.session(owner).get(there).json()["guests"] == []
    with world.store.arranged() as tx:
        assert sharing.sweep_guests(tx) == 1


def test_a_guest_is_ended_and_asks_anew(
    world: World, api: Api, mine: Caller, there: str, app_id: str, post: PostOffice, browser: Browser
) -> None:
    link = shared(mine, there, "ann@solo.example")["link"]
    asked(api, link, "ann@solo.example")
    browser.enter(token_of(post, "ann@solo.example"))
    asked(api, link, "ann@solo.example")
    receipt = mine.delete(f"{there}/guests/{browser.guest_id}")
    assert (receipt.status_code, receipt.json()["revoked"]) == (200, True)
    assert not browser.is_in()
    with pytest.raises(InvitationOver):
        browser.enter(token_of(post, "ann@solo.example"))
    assert problem(mine.delete(f"{there}/guests/{browser.guest_id}")) == (404, "unknown-guest")
    asked(api, link, "ann@solo.example")
    assert browser.enter(token_of(post, "ann@solo.example")).is_in()


@on_one_engine
def test_the_trail_says_who_let_whom_in(
    world: World, mine: Caller, api: Api, there: str, app_id: str, post: PostOffice, browser: Browser
) -> None:
    link = shared(mine, there, "ann@solo.example")["link"]
    asked(api, link, "ann@solo.example")
    browser.enter(token_of(post, "ann@solo.example"))
    shared(mine, there, "ann@solo.example", is_on=False)
    root = api.session(world.person("root", "administrator"))
    rows = [row for row in root.pages("audit", resource=app_id) if row["decision"] == "allowed"]
    said = [(row["action"], row["actor"]["kind"]) for row in reversed(rows)]
    assert said == [("app:external", "user"), ("app:invite", "anonymous"), ("app:enter", "guest"),
                    ("app:external", "user")]  # fmt: skip
    assert rows[1]["actor"]["name"] == "ann@solo.example"
