"""One connection to one server: sends calls, renews the session, raises typed errors."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar
from urllib.parse import quote

import httpx

from gatepost.address import Address
from gatepost.credentials import SESSION_COOKIES, Credential, SessionCredential, cookies_set
from gatepost.errors import Denied, Invalid, UnexpectedAnswer
from gatepost.problems import no_answer, refusal_in
from gatepost.secret import Secret
from gatepost.shape import Model, read
from gatepost.version import VERSION
from gatepost.watched import Progress, WatchedFile

M = TypeVar("M", bound=Model)
Query = Mapping[str, str | int | bool | None]
AskPassword = Callable[[], Secret | None]
KeepSession = Callable[[SessionCredential], None]

API: Final = "/api/v1/"
CONFIRM_CODE: Final = "confirm-required"
_CHUNK: Final = 65_536
_TIMEOUT: Final = httpx.Timeout(60, connect=10)


def segment(text: str) -> str:
    """Write an id or name as one part of a path.

    Raises:
        Invalid: it is empty, or would change the path around it.
    """
    if text in ("", ".", ".."):
        raise Invalid(f"{text!r} is not an id or a name.", code="bad-id")
    return quote(text, safe="")


@cache
def _trust() -> ssl.SSLContext:
    """Load the trusted certificates once; it takes longer than a call."""
    return httpx.create_ssl_context()


def web_client(server: Address, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Open an HTTP client that stays at *server*: no redirects, no cookie memory of its own."""
    return httpx.Client(
        base_url=server.base,
        transport=transport,
        verify=_trust(),
        timeout=_TIMEOUT,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"User-Agent": f"gatepost/{VERSION}", "Accept": "application/json"},
    )


class Transport:
    """Send calls to a server with one credential.

    When the server asks for the password again (`confirm-required`), *ask_password* is
    asked, the session confirmed, and the call sent once more. A session that the server
    renews is taken over and handed to *keep_session*.
    """

    def __init__(
        self,
        server: Address,
        credential: Credential,
        *,
        ask_password: AskPassword | None = None,
        keep_session: KeepSession | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.server = server
        self.credential = credential
        self._ask_password = ask_password
        self._keep_session = keep_session
        self._web = web_client(server, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the transport is of no use afterwards."""
        self._web.close()

    def call(self, method: str, path: str, *, body: object = None, query: Query | None = None) -> object:
        """Send a call under /api/v1 and return the decoded answer (None when empty).

        Raises:
            GatepostError: the class tells the family of the refusal.
        """
        parameters = _parameters(query)
        return self._confirmed(lambda: self._once(method, path, json=body, params=parameters))

    def get(self, model: type[M], path: str, query: Query | None = None) -> M:
        """Read one thing."""
        return read(model, self.call("GET", path, query=query))

    def upload(
        self, path: str, fields: Mapping[str, str], bundle: Path, progress: Progress | None = None
    ) -> object:
        """Send *bundle* as a multipart form, streamed from disk, and return the answer.

        *progress* is called with (bytes sent, bytes in all), about once per 64 KiB.
        """

        def send() -> object:
            with WatchedFile(bundle, progress) as file:
                files = {"bundle": (bundle.name, file, "application/octet-stream")}
                return self._once("POST", path, data=dict(fields), files=files)

        return self._confirmed(send)

    def put_file(
        self,
        path: str,
        content_type: str,
        file: Path,
        query: Query | None = None,
        progress: Progress | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> object:
        """Send *file* as the body of a PUT, streamed from disk, and return the answer.

        *progress* is called with (bytes sent, bytes in all), about once per 64 KiB.
        """

        def send() -> object:
            with WatchedFile(file, progress) as source:
                chunks = iter(lambda: source.read(_CHUNK), b"")
                length = str(file.stat().st_size)
                more = {"content-type": content_type, "content-length": length, **(headers or {})}
                return self._once("PUT", path, content=chunks, params=_parameters(query), more=more)

        return self._confirmed(send)

    @contextmanager
    def stream(
        self,
        path: str,
        query: Query | None = None,
        *,
        silence: float = 60,
        headers: Mapping[str, str] | None = None,
        body: object = None,
    ) -> Iterator[httpx.Response]:
        """Open an answer that arrives bit by bit, never silent for longer than *silence* seconds.

        With a *body* it is sent by POST.

        Raises:
            GatepostError: refused, or the connection broke while reading.
        """
        timeout, method = httpx.Timeout(10, read=silence), "GET" if body is None else "POST"
        request = self._request(method, path, params=_parameters(query), timeout=timeout, json=body)
        request.headers.update(headers or {})
        try:
            response = self._web.send(request, stream=True)
            try:
                if not response.is_success:
                    response.read()
                    raise refusal_in(response, self.server)
                yield response
            finally:
                response.close()
        except (httpx.HTTPError, httpx.StreamError) as fault:
            raise no_answer(httpx.HTTPError(str(fault)), self.server) from fault

    def pages(self, model: type[M], path: str, query: Query | None = None) -> Iterator[M]:
        """Yield the rows of a list, asking for the next page when one is used up."""
        asked, cursor = dict(query or {}), None
        while True:
            answer = self.call("GET", path, query={**asked, "cursor": cursor})
            items, following = _page(answer)
            for item in items:
                yield read(model, item)
            if following is None:
                return
            if following == cursor:
                raise UnexpectedAnswer(
                    "The server's list does not end; please report this to its administrator."
                )
            cursor = following

    def confirm(self, password: Secret) -> None:
        """Prove once more who is there; counts as recent for some minutes.

        Raises:
            GatepostError: the password is wrong, or this is not a session.
        """
        self._once("POST", "session/confirm", json={"password": password.reveal()})

    def _confirmed(self, send: Callable[[], object]) -> object:
        try:
            return send()
        except Denied as refusal:
            password = None
            if refusal.error_code == CONFIRM_CODE and isinstance(self.credential, SessionCredential):
                password = self._ask_password() if self._ask_password is not None else None
            if password is None:
                raise
        self.confirm(password)
        return send()

    def _request(
        self, method: str, path: str, *, more: Mapping[str, str] | None = None, **parts: object
    ) -> httpx.Request:
        headers = {**self.credential.headers(self.server), **(more or {})}
        return self._web.build_request(method, API + path, headers=headers, **parts)  # type: ignore[arg-type]  # httpx's own names

    def _once(
        self, method: str, path: str, *, more: Mapping[str, str] | None = None, **parts: object
    ) -> object:
        try:
            response = self._web.send(self._request(method, path, more=more, **parts))
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            raise no_answer(fault, self.server) from fault
        if not response.is_success:
            raise refusal_in(response, self.server)
        answer = decoded(response)
        self._take_over(response, answer)
        return answer

    def _take_over(self, response: httpx.Response, answer: object) -> None:
        lines = response.headers.get_list("set-cookie")
        if not isinstance(self.credential, SessionCredential) or not set(cookies_set(lines)) & set(
            SESSION_COOKIES
        ):
            return
        csrf = answer.get("csrf_token") if isinstance(answer, Mapping) else None
        self.credential = self.credential.renewed(lines, csrf if isinstance(csrf, str) else None)
        if self._keep_session is not None:
            self._keep_session(self.credential)


def decoded(response: httpx.Response) -> object:
    """Return the JSON of a successful answer, or None when it has no body.

    Raises:
        UnexpectedAnswer: the body is something else.
    """
    if not response.content:
        return None
    try:
        answer: object = response.json()
    except ValueError:
        detail = f"{response.url.host} did not answer in JSON; is it a Gatepost server?"
        raise UnexpectedAnswer(detail, status=response.status_code) from None
    return answer


def _parameters(query: Query | None) -> dict[str, str]:
    spelled = {}
    for name, value in (query or {}).items():
        if value is not None and value != "":
            spelled[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return spelled


def _page(answer: object) -> tuple[list[object], str | None]:
    items = answer.get("items") if isinstance(answer, Mapping) else None
    following = answer.get("next") if isinstance(answer, Mapping) else None
    if not isinstance(items, list) or not (following is None or isinstance(following, str)):
        raise UnexpectedAnswer("The server did not answer with a list; is this address Gatepost's?")
    return items, following
