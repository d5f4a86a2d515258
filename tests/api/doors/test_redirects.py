"""Redirects stay on https where the instance is reached by it: a key is sent again with them."""

from dataclasses import replace

import pytest
from calling import Api
from documented import Documented
from fastapi import FastAPI
from stores import on_one_engine
from world import World

from gatepost_server.bootstrap.control import with_edge
from gatepost_server.web import House


@on_one_engine
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_slash_too_many_is_sent_on_by_the_scheme_of_the_instance(
    house: House, world: World, control_app: FastAPI, documented: Documented, scheme: str
) -> None:
    settings = house.settings.model_copy(update={"url": f"{scheme}://gatepost.test"})
    secure = replace(house, settings=settings)
    control_app.state.house = secure
    api = Api(with_edge(control_app, secure), secure, world, documented)
    answer = api.nobody.get("/login/")
    api.close()
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{scheme}://gatepost.test/login"
