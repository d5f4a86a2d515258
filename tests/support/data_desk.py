"""A project with its administrator, and people who hold exactly the named atoms on its parts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from calling import Api, Caller
from world import Person, World

from gatepost_server.authz import policy

CSV = b"id,name,amount\n1,ann,10.5\n2,bob,\n3,,7\n"


class DataDesk:
    """Project P of ada's, and callers whose rights are those that a test names."""

    def __init__(self, api: Api, world: World) -> None:
        self.api, self.world = api, world
        self.ada = world.person("ada", "publisher")
        self.owner = api.session(self.ada)
        made = self.owner.post("projects", {"key": "P", "name": "Sales"})
        assert made.status_code == 201, made.text
        self.project_id: str = made.json()["id"]
        self._count = 0

    def person(self, role: str = "publisher") -> Person:
        """Make somebody with no right on anything."""
        self._count += 1
        return self.world.person(f"{role}{self._count}", role)

    def holder(self, atoms: str = "", on: str | None = None, role: str = "publisher") -> Caller:
        """Somebody who holds just *atoms* (on the project, or on *on*)."""
        who = self.person(role)
        if atoms:
            self.world.grant(on or self.project_id, who.id, policy.mask(atoms))
        return self.api.session(who)

    def dataset(self, name: str = "orders", **more: Any) -> str:
        """Make a dataset of P and return its id."""
        made = self.owner.post("projects/P/datasets", {"name": name, **more})
        assert made.status_code == 201, made.text
        found: str = made.json()["id"]
        return found

    def filled(self, content: bytes = CSV, name: str = "orders", kind: str = "text/csv") -> str:
        """Write *content* into a dataset of P, and return its id."""
        answer = self.put(content, name, kind)
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["id"]
        return found

    def put(
        self,
        content: bytes,
        name: str = "orders",
        kind: str = "text/csv",
        *,
        who: Caller | None = None,
        **params: str,
    ) -> Any:
        """Send *content* as the rows of a dataset of P."""
        sent = {"content-type": kind}
        path = f"projects/P/datasets/{name}/data"
        return (who or self.owner).call("PUT", path, content=content, headers=sent, params=params)

    def rows(self, name: str = "orders", who: Caller | None = None, **params: str) -> Any:
        """Return the rows of a dataset of P as JSON."""
        answer = (who or self.owner).get(f"projects/P/datasets/{name}/data", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @contextmanager
    def unchanged(self, name: str = "orders") -> Iterator[None]:
        """Expect that nothing of a dataset of P changes inside, its files included."""
        before = self._all_of(name)
        yield
        assert self._all_of(name) == before

    @property
    def files(self) -> list[str]:
        """Return what lies in the datasets folder."""
        return sorted(path.name for path in self.api.house.folders.datasets.iterdir())

    def _all_of(self, name: str) -> Any:
        path = f"projects/P/datasets/{name}"
        found = self.owner.get(path).json()
        return found, self.owner.get(f"{path}/data").text, self.files
