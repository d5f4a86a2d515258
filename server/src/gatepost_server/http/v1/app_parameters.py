"""The runtime parameters of an application: what its version declares, and the values it has."""

from pydantic import BaseModel, RootModel

from gatepost_server import apps
from gatepost_server.apps import AppParameter, Parameter
from gatepost_server.http.v1.wire import PageOut
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["apps"])

Value = str | int | float | bool


class ParametersIn(RootModel[dict[str, bool | int | float | str | None]]):
    """Values by name; null takes one back, and those that are not named stay."""


class DeclaredOut(BaseModel):
    """A runtime parameter as a version declares it."""

    name: str
    type: str
    default: Value | None
    description: str
    allow_empty: bool
    min: float | None
    max: float | None

    @classmethod
    def of(cls, one: Parameter) -> "DeclaredOut":
        """Present *one* parameter."""
        return cls(
            name=one.name,
            type=one.type,
            default=one.default,
            description=one.description,
            allow_empty=one.allow_empty,
            min=one.min_value,
            max=one.max_value,
        )


class ParameterOut(DeclaredOut):
    """A parameter, the value that was set for the application, and what its process finds."""

    value: Value | None
    payload: Value | None

    @classmethod
    def of_app(cls, one: AppParameter) -> "ParameterOut":
        """Present *one* parameter of an application."""
        declared = DeclaredOut.of(one.declared).model_dump()
        return cls(**declared, value=one.value, payload=one.payload)


@router.reads("/apps/{app_id}/runtime-parameters", action="app:read")
def list_parameters(call: ApiCall, app_id: str) -> PageOut[ParameterOut]:
    """List the runtime parameters of the version that an application is to run, with their values."""
    with call.read() as tx:
        found = [ParameterOut.of_app(one) for one in apps.list_parameters(tx, app_id)]
        return PageOut(items=found, next=None)


@router.changes("/apps/{app_id}/runtime-parameters", action="app:edit")
def change_parameters(call: ApiCall, app_id: str, body: ParametersIn) -> PageOut[ParameterOut]:
    """Set values or take them back; the application finds them at its next start."""
    with call.begin() as tx:
        found = [ParameterOut.of_app(one) for one in apps.change_parameters(tx, app_id, body.root)]
        return PageOut(items=found, next=None)
