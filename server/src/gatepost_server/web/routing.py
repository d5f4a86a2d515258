"""Routers whose every route says which action it asks for, or that it is public."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from gatepost_server.authz import policy
from gatepost_server.kernel.errors import FieldFault, Invalid
from gatepost_server.web.middleware import refuse_what_is_too_large

ACTION: Final = "x-gatepost-action"
PUBLIC: Final = "public"

Endpoint = Callable[..., Any]
_OF_LISTS: Final = ("q", "sort", "limit", "cursor")
"""What every list may be sent; one that is always whole passes over them."""
_Question = Callable[[Request], Awaitable[None]]


async def refuse_unknown_query(request: Request) -> None:
    """Refuse a call with a query parameter that its route does not have, rather than pass over it.

    Raises:
        Invalid: it has one; those that there are are named.
    """
    if not request.query_params:
        return
    known = {*_query_names(request.scope["route"].dependant), *(_OF_LISTS if request.method == "GET" else ())}
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        help_ = f"there are {', '.join(sorted(known))}" if known else "there are none here"
        raise Invalid("Unknown query parameter.", faults=[FieldFault(name, help_) for name in unknown])


def _query_names(of: Dependant) -> Iterator[str]:
    """Yield the query parameters of a route and of all that it depends on, by their public names."""
    for field in of.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (one.alias or name for name, one in kind.model_fields.items())
        else:
            yield field.alias
    for each in of.dependencies:
        yield from _query_names(each)


class ActionRouter(APIRouter):
    """An APIRouter that refuses a route without `action=` or `public=True`.

    The declaration is for readers, the OpenAPI document and the test that walks the
    routing table; asking stays with the use-case.
    """

    first: ClassVar[tuple[Callable[[Request], Awaitable[None]], ...]] = (
        refuse_what_is_too_large,
        refuse_unknown_query,
    )
    """What every call of a route is asked before anything else."""

    def route_for(
        self, method: str, path: str, *, action: str | None = None, public: bool = False, **more: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a route.

        Raises:
            ValueError: neither an action of the policy nor public.
        """
        if public == (action is not None):
            raise ValueError(f"{method} {path}: say action= or public=True")
        if action is not None and action not in policy.actions:
            raise ValueError(f"{method} {path}: {action} is not declared in authz/policy.py")
        more.setdefault("response_model_exclude_none", False)
        extra = {**more.pop("openapi_extra", {}), ACTION: action or PUBLIC}
        more["dependencies"] = [*map(Depends, self.first), *more.get("dependencies", ())]
        return self.api_route(path, methods=[method], openapi_extra=extra, **more)

    def reads(self, path: str, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Declare a GET route."""
        return self.route_for("GET", path, **more)

    def makes(self, path: str, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Declare a POST route."""
        return self.route_for("POST", path, **more)

    def replaces(self, path: str, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Declare a PUT route."""
        return self.route_for("PUT", path, **more)

    def changes(self, path: str, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Declare a PATCH route."""
        return self.route_for("PATCH", path, **more)

    def removes(self, path: str, **more: Any) -> Callable[[Endpoint], Endpoint]:
        """Declare a DELETE route."""
        return self.route_for("DELETE", path, **more)


def declared_actions(app: FastAPI) -> Iterator[tuple[str, str, str | None]]:
    """Yield (method, path, action) of everything that *app* serves.

    The action is None where nothing is said: of a plain route, of mounted files.
    """
    for route in iter_route_contexts(app.routes):
        said = (getattr(route, "openapi_extra", None) or {}).get(ACTION)
        for method in sorted(route.methods or {"GET"}):
            yield method, route.path or "", said
