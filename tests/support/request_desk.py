"""People around an application: who owns it, who may not open it, and what they ask of each other."""

from typing import Any

from calling import Api, Caller
from httpx import Response
from page_visitor import packed
from world import Person, World

from gatepost_server.apps import Desk, RuntimeStatus


class RequestDesk:
    """An application of `owner`; `ann` is a viewer who may not open it, `eve` another publisher."""

    def __init__(self, api: Api, world: World) -> None:
        self.api, self.world = api, world
        self.owner, self.eve = world.person("owner", "publisher"), world.person("eve", "publisher")
        self.ann = world.person("ann")
        self.owns, self.asks = api.session(self.owner), api.session(self.ann)
        Desk(world.store.uow, api.house.folders, "test").report_runtime(RuntimeStatus("strict"))
        files = {"bundle": ("site.zip", packed({"index.html": "<h1>hello</h1>"}))}
        made = self.owns.call("POST", "apps", data={"name": "Demand forecast"}, files=files)
        assert made.status_code == 202, made.text
        self.app: dict[str, Any] = made.json()

    def ask(self, who: Caller | None = None, **more: Any) -> Response:
        """Ask for the application."""
        body = {
            "kind": "access_app", "app": self.app["id"], "role": "consumer",
            "reason": "I plan with it.", "validity": {"days": 30}, **more,
        }  # fmt: skip
        return (who or self.asks).post("requests", body)

    def asked(self, **more: Any) -> dict[str, Any]:
        """Ask for it and return the request."""
        answer = self.ask(**more)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def decide(self, verb: str, request: dict[str, Any], who: Caller | None = None, **more: Any) -> Response:
        """Approve or reject what was read."""
        body = {"content_hash": request["content_hash"], **more}
        return (who or self.owns).post(f"requests/{request['id']}/{verb}", body)

    def may_open(self, who: Person) -> bool:
        """Tell whether somebody sees the application."""
        return self.api.session(who).get(f"apps/{self.app['id']}").status_code == 200
