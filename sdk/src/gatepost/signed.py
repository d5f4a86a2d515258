"""An HTTP client that signs every call as an application."""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

import httpx

from gatepost.address import address_of
from gatepost.problems import no_answer, refusal_in
from gatepost.secret import Secret
from gatepost.signing import sign
from gatepost.transport import Query, decoded, web_client

_STAGE = "X-Ca-Stage"


class Signing(httpx.Auth):
    """Signs each request of an `httpx.Client` when it is sent: `httpx.Client(auth=Signing(…))`.

    A redirect is followed with the signature of the first request, which nobody accepts twice: leave
    `follow_redirects` off, as it is unless one turns it on.
    """

    requires_request_body = True

    def __init__(self, app_key: str, app_secret: Secret | str) -> None:
        self.app_key = app_key
        self._secret = app_secret if isinstance(app_secret, Secret) else Secret(app_secret)

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]  # nothing is sent back in
        """Add the signature's headers."""
        given = {
            name: request.headers[name]
            for name in ("host", "accept", "content-md5", "content-type", "date", _STAGE)
            if name in request.headers
        }
        url, body = str(request.url), request.content
        request.headers.update(
            sign(request.method, url, self.app_key, self._secret, body=body, headers=given)
        )
        yield request


class SignedClient:
    """Call data APIs as an application, by its AppKey and one of its AppSecrets.

    *stage* is `RELEASE` (what was published, unless you say otherwise) or `PRE`.
    """

    def __init__(
        self,
        server: str,
        app_key: str,
        app_secret: Secret | str,
        *,
        stage: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.server = address_of(server)
        self._web = web_client(self.server, transport)
        self._web.auth = Signing(app_key, app_secret)
        if stage is not None:
            self._web.headers[_STAGE] = stage

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client is of no use afterwards."""
        self._web.close()

    def get(self, path: str, query: Query | None = None) -> object:
        """Read the decoded answer of a path, such as `/gw/orders`.

        Raises:
            GatepostError: the class tells the family of the refusal.
        """
        return self.call("GET", path, query=query)

    def call(
        self, method: str, path: str, *, body: Mapping[str, object] | None = None, query: Query | None = None
    ) -> object:
        """Send a signed call and return the decoded answer (None when empty).

        Raises:
            GatepostError: the class tells the family of the refusal.
        """
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            response = self._web.request(method, path, json=body, params=asked or None)
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise no_answer(fault, self.server) from fault
        if not response.is_success:
            raise refusal_in(response, self.server)
        return decoded(response)
