"""How many AppSecrets there are, who reads them, what becomes of those that are over; long lists."""

from datetime import timedelta

from calling import problem
from client_desk import ClientDesk, hosting
from sqlalchemy import select
from stores import counted, on_one_engine

from gatepost_server.approvals import erase_over
from gatepost_server.approvals.tables import RequestRow
from gatepost_server.clients import sweep_secrets
from gatepost_server.clients.model import MOST_SECRETS, SECRETS_KEPT
from gatepost_server.clients.tables import SecretRow


@on_one_engine
def test_an_application_has_so_many_secrets_and_no_more(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}/secrets"
    for _ in range(MOST_SECRETS - 1):
        assert desk["ada"].post(here, {}).status_code == 201
    assert problem(desk["ada"].post(here, {})) == (409, "too-many-secrets")
    members = f"clients/{made['id']}/members"
    refused = desk["ada"].post(members, {"users": ["ann"], "validity": "permanent"})
    assert problem(refused) == (409, "too-many-secrets")
    assert desk["ada"].pages(members) == [], "nobody is let in without a secret"
    assert desk["ada"].delete(f"{here}/{desk['ada'].pages(here)[0]['id']}").status_code == 200
    assert desk["ada"].post(here, {}).status_code == 201


def test_a_secret_that_ended_is_listed_for_a_month_and_then_forgotten(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    desk["ada"].post(f"{here}/secrets", {"overlap_seconds": 0})
    desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": "permanent"})
    [grant] = [one for one in desk["ada"].pages(f"{here}/grants") if one["to"]["name"] == "ann"]
    assert desk["ada"].delete(f"{here}/grants/{grant['id']}").status_code == 200
    with desk.world.store.arranged() as tx:
        assert sweep_secrets(tx) == 0
    assert len(desk["ada"].pages(f"{here}/secrets")) == 3
    desk.world.store.clock.advance(seconds=int((SECRETS_KEPT + timedelta(seconds=1)).total_seconds()))
    with desk.world.store.arranged() as tx:
        assert sweep_secrets(tx) == 2
        assert len(tx.session.scalars(select(SecretRow)).all()) == 1
    assert len(desk.texts(made["app_key"])) == 1


def test_nobody_but_the_member_reads_a_members_new_secret(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    desk["ada"].post(f"{here}/members", {"users": ["ann"], "validity": {"days": 30}})
    chosen = desk["ada"].post(f"{here}/secrets", {"member": "ann", "custom_secret": "known-to-the-owner"})
    assert [one["field"] for one in chosen.json()["errors"]] == ["custom_secret"]
    reset = desk["ada"].post(f"{here}/secrets", {"member": "ann", "overlap_seconds": 0})
    assert (reset.status_code, reset.json()["app_secret"]) == (201, None)
    mine = next(one for one in desk["ann"].pages(f"{here}/secrets") if one["active"])
    text = desk["ann"].post(f"{here}/secrets/{mine['id']}/reveal").json()["app_secret"]
    assert desk.texts(made["app_key"]) == {made["app_secret"], text}
    assert problem(desk["ada"].post(f"{here}/secrets/{mine['id']}/reveal")) == (404, "unknown-secret")


def test_who_was_only_shared_the_application_has_no_secret_until_given_one(desk: ClientDesk) -> None:
    made = desk.made()
    here = f"clients/{made['id']}"
    shared = desk["ada"].post(f"{here}/grants", {"to": {"type": "user", "name": "ann"}, "role": "consumer"})
    assert shared.status_code == 201, shared.text
    desk["ada"].post(f"{here}/members", {"users": ["bob"], "validity": "permanent"})
    with_secret = {one["username"]: one["has_secret"] for one in desk["ada"].pages(f"{here}/members")}
    assert with_secret == {"ann": False, "bob": True}
    assert desk["ada"].post(f"{here}/secrets", {"member": "ann"}).status_code == 201
    assert all(one["has_secret"] for one in desk["ada"].pages(f"{here}/members"))
    assert len(desk.texts(made["app_key"])) == 3


def test_a_sealed_secret_of_a_request_is_erased_when_it_is_over(desk: ClientDesk) -> None:
    def asked(who: str, number: int) -> dict[str, str]:
        body = {
            "kind": "create_client", "reason": "Nightly.", "validity": "permanent", "group": "Partners",
            "name": f"Loader{number}", "owners": ["ada"], "app_key": f"loader-key-{number}",
            "app_secret": "secret-of-our-own-choice",
        }  # fmt: skip
        found: dict[str, str] = desk[who].post("requests", body).json()
        return found

    def sealed() -> set[str]:
        with desk.world.store.arranged() as tx:
            return {row.id for row in tx.session.scalars(select(RequestRow)) if row.sealed}

    approved, refused, withdrawn, late = (asked("ann", at) for at in range(4))
    assert sealed() == {one["id"] for one in (approved, refused, withdrawn, late)}
    for one, verb in ((approved, "approve"), (refused, "reject")):
        body = {"content_hash": one["content_hash"]}
        assert desk["eve"].post(f"requests/{one['id']}/{verb}", body).status_code == 200
    assert desk["ann"].post(f"requests/{withdrawn['id']}/withdraw").status_code == 200
    assert sealed() == {late["id"]}
    desk.world.store.clock.advance(days=30)
    with desk.world.store.arranged() as tx:
        assert erase_over(tx) == 1
    assert sealed() == set()
    assert "secret-of-our-own-choice" in desk.texts("loader-key-0")


@on_one_engine
def test_another_end_chosen_in_the_share_dialog_keeps_the_members_secret(desk: ClientDesk) -> None:
    hosted = hosting(desk)
    made = desk.made(app=hosted.app["id"], owners=[])
    here = f"clients/{made['id']}"
    let_in = desk.root.post(f"{here}/members", {"users": ["ann"], "validity": {"days": 30}})
    assert let_in.status_code == 201, let_in.text
    [grant] = [one for one in desk.root.pages(f"{here}/grants") if one["to"]["name"] == "ann"]
    answer = desk.root.call(
        "POST", f"/applications/{made['id']}/access/{grant['id']}/change",
        headers={"accept": "text/html", "x-gatepost-csrf": None},
        data={"csrf_token": desk.root.csrf, "role": "consumer", "ends": "never"},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert len(desk.texts(made["app_key"])) == 2
    desk.world.store.clock.advance(days=31)
    assert len(desk.texts(made["app_key"])) == 2, "the secret follows the later end"


@on_one_engine
def test_what_is_asked_of_the_store_for_a_list_does_not_grow_with_it(desk: ClientDesk) -> None:
    def asked(path: str) -> int:
        with counted(desk.world.store.engine) as statements:
            assert desk["ada"].get(path).status_code == 200
        return len(statements)

    first = desk.made(name="Client_0")
    desk["ada"].post(f"clients/{first['id']}/members", {"users": ["ann", "bob"], "validity": "permanent"})
    few = asked("clients?limit=100")
    for number in range(1, 40):
        desk.made(name=f"Client_{number}")
    assert asked("clients?limit=100") == few


@on_one_engine
def test_a_signature_is_looked_up_by_one_statement_however_many_members_there_are(desk: ClientDesk) -> None:
    made = desk.made()
    names = [desk.world.person(f"member{at}").username for at in range(20)]
    added = desk["ada"].post(f"clients/{made['id']}/members", {"users": names, "validity": "permanent"})
    assert added.status_code == 201, added.text
    for app_key, secrets in ((made["app_key"], 21), ("of-nobody", None)):
        with counted(desk.world.store.engine) as statements:
            facts = desk.signing(app_key)
        assert len(statements) == 1
        assert (None if facts is None else len(facts.secrets)) == secrets
