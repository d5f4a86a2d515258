"""Global variables: configuration for everybody's scenarios and applications. No place for secrets."""

from pydantic import BaseModel, JsonValue

from gatepost_server import instance
from gatepost_server.http.v1.wire import Body, PageOut, PageQuery, Time, page_out
from gatepost_server.instance import Variable
from gatepost_server.web import ActionRouter, ApiCall

router = ActionRouter(tags=["instance"])


class VariableIn(Body):
    """The value, any JSON. Whoever publishes an application can read it: put no secret here."""

    value: JsonValue


class VariableOut(BaseModel):
    """A global variable, and who set it when."""

    name: str
    value: JsonValue
    updated_at: Time
    by: str

    @classmethod
    def of(cls, one: Variable) -> "VariableOut":
        """Present a variable."""
        return cls(name=one.name, value=one.value, updated_at=one.updated_at, by=one.by_name)


@router.reads("/variables", action="variable:list")
def list_variables(call: ApiCall, page: PageQuery) -> PageOut[VariableOut]:
    """List the global variables by name."""
    with call.read() as tx:
        return page_out(instance.list_variables(tx, page), VariableOut.of)


@router.reads("/variables/{name}", action="variable:list")
def get_variable(call: ApiCall, name: str) -> VariableOut:
    """Return one global variable."""
    with call.read() as tx:
        return VariableOut.of(instance.get_variable(tx, name))


@router.replaces("/variables/{name}", action="variable:set")
def set_variable(call: ApiCall, name: str, body: VariableIn) -> VariableOut:
    """Give a global variable a value; what runs already sees it at its next run or start."""
    with call.begin() as tx:
        return VariableOut.of(instance.set_variable(tx, name, body.value))


@router.removes("/variables/{name}", status_code=204, action="variable:set")
def remove_variable(call: ApiCall, name: str) -> None:
    """Take a global variable away."""
    with call.begin() as tx:
        instance.remove_variable(tx, name)
