"""Routers whose every route says which action it asks for, or that it is public."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts

from gatepost_server.authz import policy
from gatepost_server.web.middleware import refuse_what_is_too_large

ACTION: Final = "x-gatepost-action"
PUBLIC: Final = "public"

Endpoint = Callable[..., Any]


class ActionRouter(APIRouter):
    """An APIRouter that refuses a route without `action=` or `public=True`.

    The declaration is for readers, the OpenAPI document and the test that walks the
    routing table; asking stays with the use-case.
    """

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
        more["dependencies"] = [Depends(refuse_what_is_too_large), *more.get("dependencies", ())]
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
