"""The pages of client applications without scripts: as administrator, owner, member and outsider."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from calling import Caller
from client_desk import ClientDesk
from world import PASSWORD

HTML = {"accept": "text/html"}


def _see(who: Caller, path: str) -> Any:
    return who.call("GET", path, headers=HTML)


def _send(who: Caller, path: str, **data: Any) -> Any:
    headers = {**HTML, "x-gatepost-csrf": None}
    return who.call("POST", path, headers=headers, data={"csrf_token": who.csrf, **data})


def test_an_administrator_makes_one_and_its_owner_sees_it_under_my(desk: ClientDesk) -> None:
    bad = _send(desk.root, "/clients/new", name="1x", group="Partners", owners="ada")
    assert (bad.status_code, "4 to 26 Chinese characters" in bad.text) == (400, True)
    made = _send(desk.root, "/clients/new", name="订单_loader", group="Partners", owners="ada")
    assert made.status_code == 201
    [one] = desk["ada"].pages("clients")
    assert desk.texts(one["app_key"]) <= set(re.findall(r"[A-Za-z0-9]{43}", made.text))
    mine, others = _see(desk["ada"], "/clients").text, _see(desk["ann"], "/clients?tab=not_joined").text
    assert "订单_loader" in mine
    assert "Reset AppSecret" in mine
    assert "订单_loader" in others
    assert "Reset AppSecret" not in others
    assert "订单_loader" not in _see(desk["ann"], "/clients").text
    assert _send(desk["ada"], "/clients/new", name="Mine").status_code == 403


def test_an_owner_resets_shows_and_ends_a_secret(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"/clients/{made['id']}"
    reset = _send(desk["ada"], f"{here}/secrets/new", custom="a-text-of-our-own-choice", overlap="0")
    assert (reset.status_code, "a-text-of-our-own-choice" in reset.text) == (201, True)
    assert desk.texts(made["app_key"]) == {"a-text-of-our-own-choice"}
    bad = _send(desk["ada"], f"{here}/secrets/new", custom="short")
    assert (bad.status_code, "short" in bad.text) == (400, False)
    [now, _] = desk["ada"].pages(f"clients/{made['id']}/secrets")
    asked = _see(desk["ada"], f"{here}/secrets/{now['id']}/reveal")
    assert "a-text-of-our-own-choice" not in asked.text
    assert "a-text-of-our-own-choice" in _send(desk["ada"], f"{here}/secrets/{now['id']}/reveal").text
    assert "Delete AppSecret" in _see(desk["ada"], f"{here}/secrets/{now['id']}/end").text
    assert _send(desk["ada"], f"{here}/secrets/{now['id']}/end").status_code == 303
    assert desk.texts(made["app_key"]) == set()
    assert _see(desk["ann"], f"{here}/secrets/new").status_code == 403


def test_members_are_added_extended_and_removed_and_see_their_own_secret(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"/clients/{made['id']}"
    assert _send(desk["ada"], f"{here}/members/add", users="ann, bob", validity="30").status_code == 303
    again = _send(desk["ada"], f"{here}/members/add", users="ann", validity="30")
    assert (again.status_code, "is a member of it already" in again.text) == (409, True)
    page = _see(desk["ann"], here).text
    assert "/secrets/new" not in page
    [link] = set(re.findall(rf"{here}/secrets/sec_[0-9a-f]+/reveal", page))
    assert re.search(r"[A-Za-z0-9]{43}", _send(desk["ann"], link).text)
    assert _send(desk["ada"], f"{here}/members/ann/edit", validity="permanent").status_code == 303
    assert desk["ann"].get(f"clients/{made['id']}").json()["expires_at"] is None
    assert "Remove Ann" in _see(desk["ada"], f"{here}/members/ann/remove").text
    assert _send(desk["ada"], f"{here}/members/ann/remove").status_code == 303
    assert "/reveal" not in _see(desk["ann"], here).text


def test_an_owner_edits_allows_and_deletes_by_the_typed_name(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"/clients/{made['id']}"
    done = _send(desk["ada"], f"{here}/edit", name="Night", group="Partners", owners="ada, eve", listed="off")
    assert done.status_code == 303
    assert [one["username"] for one in desk["ada"].get(f"clients/{made['id']}").json()["owners"]] == [
        "ada", "eve",
    ]  # fmt: skip
    assert _see(desk["ann"], here).status_code == 404
    off = _send(desk["ada"], f"{here}/ip-allowlist", enabled="on", entries="10.0.0.1")
    assert (off.status_code, "turned off on this server" in off.text) == (409, True)
    assert _send(desk.root, "/admin/features", ip_allowlist="on").status_code == 303
    assert _send(desk["ada"], f"{here}/ip-allowlist", enabled="on", entries="10.0.0.1").status_code == 303
    assert "10.0.0.1/32" in _see(desk["ada"], here).text
    assert "without a signature" not in _see(desk["ada"], f"{here}/ip-allowlist").text
    off = _send(desk["ada"], f"{here}/ip-allowlist", enabled="trust", entries="10.0.0.1")
    assert (off.status_code, "turned off on this server" in off.text) == (409, True)
    assert _send(desk.root, "/admin/features", ip_trust="on").status_code == 303
    assert "without a signature" in _see(desk["ada"], f"{here}/ip-allowlist").text
    wide = _send(desk["ada"], f"{here}/ip-allowlist", enabled="trust", entries="10.0.0.0/23")
    assert (wide.status_code, "is too wide" in wide.text) == (400, True)
    assert _send(desk["ada"], f"{here}/ip-allowlist", enabled="trust", entries="10.0.0.1").status_code == 303
    assert "10.0.0.1/32, without a signature" in _see(desk["ada"], here).text
    assert "Unsigned from listed addresses" in _see(desk["ada"], "/clients").text
    off = _send(desk["ada"], f"{here}/compatible", enabled="on")
    assert (off.status_code, "turned off on this server" in off.text) == (409, True)
    assert _send(desk.root, "/admin/features", compatible_calls="on").status_code == 303
    assert "compatible path" in _see(desk["ada"], f"{here}/compatible").text
    assert _send(desk["ada"], f"{here}/compatible", enabled="on").status_code == 303
    assert "On; change" in _see(desk["ada"], here).text
    assert _see(desk["ann"], f"{here}/compatible").status_code == 404
    assert _send(desk["ada"], f"{here}/delete", typed_name="Wrong").status_code == 400
    assert _send(desk["ada"], f"{here}/delete", typed_name="Night").status_code == 303
    assert desk.signing(made["app_key"]) is None


def test_administrators_keep_groups_and_others_do_not(desk: ClientDesk) -> None:
    assert _send(desk.root, "/admin/client-groups/new", name="Shops", approvers="eve").status_code == 303
    assert "Shops" in _see(desk.root, "/admin/client-groups").text
    assert _see(desk["eve"], "/admin/client-groups").status_code == 403
    here = f"/admin/client-groups/{desk.group['id']}"
    assert _send(desk.root, f"{here}/edit", name="shops").status_code == 409
    assert _send(desk.root, f"{here}/edit", name="Friends", approvers="eve").status_code == 303
    desk.made(group="Friends")
    kept = _send(desk.root, f"{here}/delete")
    assert (kept.status_code, "still holds an application" in kept.text) == (409, True)
    assert _send(desk["eve"], f"{here}/delete").status_code == 403


def test_people_ask_for_applications_and_to_join_them(desk: ClientDesk) -> None:
    assert "Request to create application" in _see(desk["ann"], "/clients").text
    bad = _send(desk["ann"], "/clients/request", name="1x", group="Partners", owners="ada", reason="Night.")
    assert (bad.status_code, "4 to 26 Chinese" in bad.text) == (400, True)
    told = {"group": "Partners", "owners": "ada", "reason": "Night.", "validity": "90"}
    assert _send(desk["ann"], "/clients/request", name="Loader", **told).status_code == 303
    [asked] = desk["eve"].pages("requests", box="to_decide")
    page = _see(desk["eve"], f"/requests/{asked['id']}").text
    assert "for the client application Loader in Partners" in page
    here = f"/requests/{asked['id']}/approve"
    assert _send(desk["eve"], here, content_hash=asked["content_hash"]).status_code == 303
    [one] = desk["ann"].pages("clients")
    at = f"/clients/{one['id']}"
    assert f"{at}/renew" in _see(desk["ann"], "/clients").text
    assert _send(desk["ann"], f"{at}/renew", reason="Longer.", validity="180").status_code == 303
    assert f"{at}/join" in _see(desk["bob"], "/clients?tab=not_joined").text
    assert _send(desk["bob"], f"{at}/join", reason="x" * 501, validity="30").status_code == 400
    assert _send(desk["bob"], f"{at}/join", reason="x" * 500, validity="30").status_code == 303
    assert "View request" in _see(desk["bob"], "/clients?tab=not_joined").text
    assert len(desk["ada"].pages("requests", box="to_decide")) == 2


def test_forms_say_beforehand_what_the_server_does_not_offer(desk: ClientDesk) -> None:
    here = f"/clients/{desk.made()['id']}"
    off, whitelist, path = "This server does not offer it", f"{here}/ip-allowlist", f"{here}/compatible"
    for switch in (False, True):
        desk.root.patch("settings", {"features": {"ip_allowlist": switch, "compatible_calls": switch}})
        said = [off in _see(desk["ada"], page).text for page in (whitelist, path)]
        assert said == [not switch, not switch]
        assert ('name="entries"' in _see(desk["ann"], "/clients/request").text) is switch
    assert "There is no application group yet." not in _see(desk["ann"], "/clients/request").text


def test_who_decides_late_confirms_first_and_finds_what_was_typed(desk: ClientDesk) -> None:
    made = desk.made()
    desk["bob"].post(
        "requests",
        {"kind": "join_client", "client": made["id"], "reason": "Nights.", "validity": "permanent"},
    )
    [asked] = desk["ada"].pages("requests", box="to_decide")
    here, sent = f"/requests/{asked['id']}", {"content_hash": asked["content_hash"], "note": "Grüße & Dank"}
    desk.world.store.clock.advance(minutes=11)
    late = _send(desk["ada"], f"{here}/approve", **sent)
    to = parse_qs(urlsplit(late.headers["location"]).query)["next"][0]
    assert (late.status_code, to.partition("?")[0]) == (303, here)
    assert 'value="Grüße &amp; Dank"' in _see(desk["ada"], to).text
    typed = {"name": "Loader", "group": "Partners", "owners": "ada,eve"}
    owners = _send(desk["ada"], f"/clients/{made['id']}/edit", **typed)
    assert owners.headers["location"].startswith("/confirm?next=")
    assert _send(desk["ada"], "/confirm", password=PASSWORD.reveal(), next=to).headers["location"] == to
