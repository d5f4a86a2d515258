"""Callers with keys of project P, and with global keys."""

from typing import Any

from calling import Api, Caller
from data_desk import DataDesk
from world import World


class KeyDesk(DataDesk):
    """Project P of ada's, and keys that she makes there."""

    def __init__(self, api: Api, world: World) -> None:
        super().__init__(api, world)
        self._root: Caller | None = None

    @property
    def root(self) -> Caller:
        """An administrator in a session."""
        if self._root is None:
            self._root = self.api.session(self.world.person("root", "administrator"))
        return self._root

    def made(self, *, who: Caller | None = None, **body: Any) -> dict[str, Any]:
        """Make a key of P and return the answer, its text included."""
        answer = (who or self.owner).post("projects/P/keys", {"name": "loader", **body})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def made_global(self, **body: Any) -> dict[str, Any]:
        """Make a global key and return the answer, its text included."""
        answer = self.root.post("admin/keys", {"name": "robot", **body})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def by(self, made: dict[str, Any]) -> Caller:
        """A program with the key of an answer."""
        return Caller(self.api, {"authorization": f"Key {made['key']}"}, key=made["key"])

    def keyed(self, *permissions: str, **body: Any) -> Caller:
        """A program with a key of P that holds *permissions* on it."""
        return self.by(self.made(permissions=list(permissions), **body))
