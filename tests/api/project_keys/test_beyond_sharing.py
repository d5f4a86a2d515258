"""What a key holds is the business of who may edit keys, not of who may share a thing."""

from calling import problem
from key_desk import KeyDesk

from gatepost_server.authz import policy


def test_who_shares_a_dataset_cannot_give_a_key_more_by_its_page(desk: KeyDesk) -> None:
    dataset_id = desk.filled()
    made = desk.made(permissions=["READ_CONF"], datasets={"orders": ["READ_SCHEMA"]})
    person = desk.person()
    desk.world.grant(dataset_id, person.id, policy.mask("SHARE READ_DATA READ_METADATA"))
    bob = desk.api.session(person, is_recent=False)
    grants = bob.get(f"datasets/{dataset_id}/grants").json()["items"]
    of_the_key = next(one["id"] for one in grants if one["to"]["type"] == "key")
    page = f"/projects/P/datasets/orders/access/{of_the_key}/change"
    form = {"csrf_token": bob.csrf, "role": "consumer", "ends": "", "until": ""}
    answer = bob.call("POST", page, data=form, headers={"accept": "text/html", "x-gatepost-csrf": None})
    assert answer.status_code == 400
    assert desk.by(made).get("projects/P/datasets/orders/data").status_code == 403
    assert desk.owner.get(f"projects/P/keys/{made['id']}").json()["datasets"] == {"orders": ["READ_SCHEMA"]}


def test_nothing_is_shared_with_a_key(desk: KeyDesk) -> None:
    dataset_id, made = desk.filled(), desk.made(permissions=["READ_CONF"])
    grant = {"to": {"type": "key", "name": made["id"]}, "role": "consumer"}
    assert problem(desk.owner.post(f"datasets/{dataset_id}/grants", grant))[0] == 400
