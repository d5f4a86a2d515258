"""Replace source: an app goes over to a version of another source, and back; and each refused twin."""

from collections.abc import Callable
from typing import Any

from httpx import Response

Problem = Callable[[Response], tuple[int, str]]
OTHER = {"index.html": "<h1>another</h1>"}


def _source(server: Any, who: str = "owner", name: str = "Other", level: str | None = None) -> str:
    source: str = server.upload(who, "sources", server.packed(OTHER), {"name": name}).json()["id"]
    server.build()
    if level is not None:
        path = f"sources/{source}/versions"
        server.call(who, "PUT", f"{path}/1/resources", json={"required_key_scope_level": level})
        server.call(who, "POST", f"{path}/2/build")
        server.build()
    return source


def _share(server: Any, kind: str, thing: str, who: str, role: str) -> None:
    body = {"to": {"type": "user", "name": who}, "role": role}
    assert server.call("owner", "POST", f"{kind}/{thing}/grants", json=body).status_code == 201


def _deploy(server: Any, who: str, app: dict[str, Any], source: str, **more: Any) -> Response:
    body = {"source_version": 1, "source_id": source, **more}
    answer: Response = server.call(who, "POST", f"apps/{app['id']}/deploy", json=body)
    return answer


def test_202_an_app_goes_over_to_another_source_and_back(server: Any) -> None:
    app = server.run(server.published())
    source = _source(server)
    answer = _deploy(server, "owner", app, source)
    new = answer.json()
    assert (answer.status_code, new["source_id"], new["version"]) == (202, source, 1)
    assert (new["live_version"], new["live_version_id"]) == (1, app["version_id"])

    gone_over = server.run_again(new)
    assert (gone_over["state"], gone_over["live_version_id"]) == ("running", new["version_id"])
    history = server.call("owner", "GET", f"apps/{app['id']}/deployments").json()["items"]
    assert [(one["source_id"], one["version"], one["is_live"]) for one in history] == [
        (source, 1, True), (app["source_id"], 1, False),
    ]  # fmt: skip
    back = _deploy(server, "owner", app, app["source_id"]).json()
    assert (back["source_id"], back["version_id"]) == (app["source_id"], app["version_id"])


def test_404_403_a_source_that_one_may_not_read(server: Any, problem: Problem) -> None:
    app = server.published()
    hidden = _source(server, "admin", "Hidden")
    assert problem(_deploy(server, "owner", app, hidden)) == (404, "not-found")
    assert problem(_deploy(server, "owner", app, "src_" + "0" * 24)) == (404, "not-found")
    own = _source(server)
    assert problem(_deploy(server, "owner", app, own, source_version=9)) == (404, "unknown-version")
    _share(server, "apps", app["id"], "guest", "consumer")
    _share(server, "sources", own, "guest", "consumer")
    assert problem(_deploy(server, "guest", app, own)) == (403, "denied")
    assert server.call("owner", "GET", f"apps/{app['id']}").json()["source_id"] == app["source_id"]


def test_202_back_to_what_it_ran_needs_no_right_on_its_source(server: Any, problem: Problem) -> None:
    app = server.published()
    _deploy(server, "owner", app, _source(server))
    _share(server, "apps", app["id"], "other", "editor")
    assert problem(_deploy(server, "other", app, app["source_id"], source_version=2)) == (404, "not-found")
    asked = _deploy(server, "other", app, app["source_id"])
    assert problem(asked) == (409, "authors-unconfirmed")
    others = [one["detail"].split(":")[0] for one in asked.json()["errors"]]
    back = _deploy(server, "other", app, app["source_id"], confirmed_authors=others)
    assert (back.status_code, back.json()["version_id"]) == (202, app["version_id"])


def test_403_another_source_that_raises_the_level_is_for_owners(server: Any, problem: Problem) -> None:
    app = server.published()
    source = _source(server, level="admin")
    _share(server, "apps", app["id"], "other", "editor")
    _share(server, "sources", source, "other", "consumer")
    assert problem(_deploy(server, "other", app, source, source_version=2)) == (403, "denied")
    assert _deploy(server, "owner", app, source, source_version=2).status_code == 202


def test_409_a_source_to_which_an_app_can_go_back_stays(server: Any, problem: Problem) -> None:
    app = server.published()
    source = _source(server)
    _deploy(server, "owner", app, source)
    refused = server.call("owner", "DELETE", f"sources/{app['source_id']}")
    assert problem(refused) == (409, "source-in-use")
    assert "Report" in refused.json()["detail"]

    body = {"to": {"type": "user", "name": "other"}, "role": "owner"}
    server.call("owner", "POST", f"sources/{source}/grants", json=body)
    unseen = server.call("other", "DELETE", f"sources/{source}")
    assert problem(unseen) == (409, "source-in-use")
    assert "Report" not in unseen.text
    assert "1 that you do not see" in unseen.json()["detail"]

    server.call("owner", "DELETE", f"apps/{app['id']}")
    assert server.call("owner", "DELETE", f"sources/{app['source_id']}").status_code == 200


def test_403_an_editors_own_source_where_others_have_set_variables(server: Any, problem: Problem) -> None:
    app = server.published()
    _share(server, "apps", app["id"], "other", "editor")
    own = _source(server, "other")
    env = f"apps/{app['id']}/env"
    server.call("other", "PATCH", env, json={"MINE": "1"})
    server.call("owner", "PATCH", env, json={"TOKEN": "told to the owner's code alone"})
    refused = _deploy(server, "other", app, own)
    assert problem(refused) == (403, "denied")
    said = server.call("other", "GET", f"explain?decision_id={refused.json()['decision_id']}").json()
    assert said["missing"] == "OWN"
    server.call("owner", "PATCH", env, json={"TOKEN": None})
    assert _deploy(server, "other", app, own).status_code == 202
