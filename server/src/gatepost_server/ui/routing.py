"""Routers of pages: every route says its action, and none is in the API's document."""

from collections.abc import Callable
from typing import Any

from gatepost_server.web import ActionRouter
from gatepost_server.web.middleware import refuse_what_is_too_large

Endpoint = Callable[..., Any]


class PageRouter(ActionRouter):
    """An ActionRouter whose routes answer with pages; what others add to an address is passed over."""

    first = (refuse_what_is_too_large,)

    def route_for(
        self, method: str, path: str, *, action: str | None = None, public: bool = False, **more: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare the route of a page.

        Raises:
            ValueError: neither an action of the policy nor public.
        """
        more.setdefault("include_in_schema", False)
        more.setdefault("response_model", None)
        return super().route_for(method, path, action=action, public=public, **more)
