"""People around client applications: an administrator, owners, approvers, members and outsiders."""

from typing import Any

from calling import Api, Caller
from httpx import Response
from request_desk import RequestDesk
from world import Person, World

from gatepost_server.clients import SigningFacts, signing_facts
from gatepost_server.store import micros, raw_reader


class ClientDesk:
    """A group `Partners`, which `eve` approves for; `ada` is a publisher, `ann` and `bob` are viewers."""

    def __init__(self, api: Api, world: World) -> None:
        self.api, self.world = api, world
        self.root = api.session(world.person("root", "administrator"))
        self.people = {name: world.person(name, "publisher") for name in ("ada", "eve")}
        self.people |= {name: world.person(name) for name in ("ann", "bob")}
        self.callers = {name: api.session(who) for name, who in self.people.items()}
        answer = self.root.post("client-groups", {"name": "Partners", "approvers": ["eve"]})
        assert answer.status_code == 201, answer.text
        self.group: dict[str, Any] = answer.json()

    def __getitem__(self, name: str) -> Caller:
        return self.callers[name]

    def person(self, name: str) -> Person:
        return self.people[name]

    def make(self, who: Caller | None = None, **more: Any) -> Response:
        """Make a client application directly."""
        body = {"name": "Loader", "group": "Partners", "owners": ["ada"], **more}
        return (who or self.root).post("clients", body)

    def made(self, **more: Any) -> dict[str, Any]:
        """Make one and return it."""
        answer = self.make(**more)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def signing(self, app_key: str) -> SigningFacts | None:
        """Read what a signature is checked with now."""
        with raw_reader(self.world.store.engine) as reader:
            return signing_facts(reader, app_key, micros(self.world.now))

    def texts(self, app_key: str) -> set[str]:
        """Return the texts that calls of an AppKey may be signed with now."""
        facts = self.signing(app_key)
        seals = self.api.house.signing
        return (
            set() if facts is None else {seals.open(one.sealed, one.place).reveal() for one in facts.secrets}
        )


class _Renamed:
    """A world whose people have other names than those at the desk."""

    def __init__(self, world: Any) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)

    def person(self, username: str, *more: Any) -> Any:
        return self._world.person(f"hosting-{username}", *more)


def hosting(desk: ClientDesk) -> RequestDesk:
    """Return a hosted application of somebody else's."""
    return RequestDesk(desk.api, _Renamed(desk.world))
