"""Proving over a dialog that it is still the same person, and going on where one was."""

import json

from calling import Api
from stores import on_one_engine
from world import PASSWORD, World


@on_one_engine
def test_the_way_on_is_data_whatever_stands_in_it(api: Api, world: World) -> None:
    ada = api.session(world.person("ada"))
    to = '/keys?name=","target":"body'
    answer = ada.post(
        "/confirm", data={"password": PASSWORD.reveal(), "next": to}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 204
    way = json.loads(answer.headers["hx-location"])
    assert (way["path"], way["target"]) == (to, "#dialog-slot")
