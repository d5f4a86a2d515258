"""Bad keys at the control plane: slowed down by source, and never a wait for the store."""

import pytest
from calling import Api, problem
from stores import on_one_engine
from world import World

from gatepost_server.kernel.errors import Unavailable

BAD = {"authorization": "Key gpp_" + "0" * 48}


@on_one_engine
def test_a_source_of_many_bad_keys_waits_and_nobody_else(api: Api, world: World) -> None:
    said = [api.nobody.get("me", headers=BAD) for _ in range(61)]
    assert {problem(one) for one in said[:60]} == {(401, "unauthenticated")}
    assert problem(said[60]) == (429, "too-many")
    assert said[60].headers["retry-after"] == "60"
    elsewhere = {**BAD, "x-forwarded-for": "203.0.113.9"}
    assert api.nobody.get("me", headers=elsewhere).status_code == 401
    assert api.by_key(world.person("ada")).get("me").status_code == 200


@on_one_engine
def test_a_busy_store_does_not_turn_a_refusal_into_a_fault(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_who: object) -> object:
        raise Unavailable("The store is busy.")

    monkeypatch.setattr(api.house.uow, "begin", busy)
    assert problem(api.nobody.get("me", headers=BAD)) == (401, "unauthenticated")
