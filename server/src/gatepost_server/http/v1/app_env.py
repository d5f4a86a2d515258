"""The environment of an application: names out, values in."""

from pydantic import BaseModel, RootModel

from gatepost_server import apps
from gatepost_server.apps import EnvVariable
from gatepost_server.http.v1.sources import person
from gatepost_server.http.v1.wire import PageOut, Time
from gatepost_server.kernel.secret import Secret
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["apps"])


class EnvIn(RootModel[dict[str, str | None]]):
    """Values by name; null removes a variable, and those that are not named stay."""


class EnvOut(BaseModel):
    """A variable: its name, and who set it when; its value is told to nobody."""

    name: str
    set_at: Time
    set_by: dict[str, str] | None

    @classmethod
    def of(cls, one: EnvVariable) -> "EnvOut":
        """Present *one* variable."""
        return cls(name=one.name, set_at=one.at, set_by=person(one.by_id, one.by_name))


@router.reads("/apps/{app_id}/env", action="app:read")
def list_env(call: ApiCall, app_id: str) -> PageOut[EnvOut]:
    """List the names of what an application finds in its environment."""
    with call.read() as tx:
        return PageOut(items=[EnvOut.of(one) for one in apps.list_env(tx, app_id)], next=None)


@router.changes("/apps/{app_id}/env", action="app:edit")
def change_env(call: ApiCall, app_id: str, body: EnvIn) -> PageOut[EnvOut]:
    """Set or remove variables; the application sees them at its next start."""
    changes = {name: None if value is None else Secret(value) for name, value in body.root.items()}
    with call.begin() as tx:
        found = apps.change_env(tx, app_id, call.house.post.seals, changes)
        return PageOut(items=[EnvOut.of(one) for one in found], next=None)
