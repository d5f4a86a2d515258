"""Says in the OpenAPI document how each route refuses; the one place that knows."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI

from gatepost_server.web.problems import ProblemBody
from gatepost_server.web.routing import ACTION, PUBLIC

_SAID: Final[Mapping[int, str]] = {
    400: "Something in the request is not as it has to be; `errors` names the fields.",
    401: "No valid key or session came with it.",
    403: "The caller may see it, but not do this.",
    404: "There is no such thing, or it is not the caller's to see.",
    409: "It cannot be done as things stand.",
    413: "The body is larger than this address takes.",
    422: "The body is well formed, but what it holds cannot be taken.",
    429: "Too many tries; `Retry-After` says when to come back.",
    500: "A fault of the server; nothing was changed.",
    503: "A part that is needed does not answer now.",
}
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})
_GENERATED: Final = ("HTTPValidationError", "ValidationError")


_ASKS_ELSEWHERE: Final = ("connection:use",)
"""Reading by these asks a source that is not ours, which may refuse."""


def document_refusals(app: FastAPI) -> None:
    """Have the document of *app* list, for each route, the problems it may answer with.

    They follow from what the route declares: its method, path, body and action. What a
    route says of a status by itself is kept.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = with_refusals(generate())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's own guide extends the document


def with_refusals(document: dict[str, Any]) -> dict[str, Any]:
    """Return *document* with the refusals of each route, and without those that the framework assumed."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _GENERATED:
        schemas.pop(name, None)
    schemas[ProblemBody.__name__] = ProblemBody.model_json_schema()
    for path, methods in document["paths"].items():
        for method in _METHODS & methods.keys():
            said = methods[method]
            answers = {code: one for code, one in said["responses"].items() if not _is_assumed(one)}
            refusals = {str(status): _refusal(status) for status in statuses_of(path, method, said)}
            said["responses"] = refusals | answers
    return document


def statuses_of(path: str, method: str, said: Mapping[str, Any]) -> Iterator[int]:
    """Yield every status with which a route may refuse, given what its document says of it."""
    is_public, has_body = said.get(ACTION, PUBLIC) == PUBLIC, "requestBody" in said
    yield 400  # be it for two credentials at once
    yield 401  # also where nobody has to sign in: a bad credential is never taken for none
    if not is_public or method != "get":
        yield 403
    if "{" in path or has_body:
        yield 404  # a body may name what is not there, too
    if method != "get" or said.get(ACTION) in _ASKS_ELSEWHERE:
        yield 409
    if has_body:
        yield from (413, 422)
    yield from (429, 500, 503)


def _is_assumed(answer: Mapping[str, Any]) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).endswith("/HTTPValidationError")


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}
    return {"description": _SAID[status], "content": {"application/problem+json": {"schema": schema}}}
