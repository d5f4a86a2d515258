"""The OpenAPI document: every route says how it refuses."""

from typing import Any

import pytest

from gatepost_server.web.documenting import with_refusals

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}


def test_every_route_lists_problems_and_none_the_frameworks_own(documented: Any) -> None:
    for path, methods in documented.document["paths"].items():
        for method, said in methods.items():
            refusals = {code: one for code, one in said["responses"].items() if code >= "400"}
            assert {"400", "401", "429", "500", "503"} <= refusals.keys(), f"{method} {path}"
            assert all(one["content"] == PROBLEM for one in refusals.values()), f"{method} {path}"
    assert "HTTPValidationError" not in documented.document["components"]["schemas"]
    assert "ProblemBody" in documented.document["components"]["schemas"]


@pytest.mark.parametrize(
    ("path", "method", "said", "statuses"),
    [
        ("/a", "get", {"x-gatepost-action": "public"}, {400, 401, 429, 500, 503}),
        ("/a", "get", {"x-gatepost-action": "app:list"}, {400, 401, 403, 429, 500, 503}),
        ("/a/{id}", "delete", {"parameters": [{}]}, {400, 401, 403, 404, 409, 429, 500, 503}),
        ("/a", "post", {"requestBody": {}}, {400, 401, 403, 404, 409, 413, 422, 429, 500, 503}),
    ],
)
def test_the_refusals_follow_from_what_a_route_declares(
    path: str, method: str, said: dict[str, Any], statuses: set[int]
) -> None:
    document = with_refusals({"paths": {path: {method: {**said, "responses": {"200": {}}}}}})
    assert set(document["paths"][path][method]["responses"]) == {"200", *map(str, statuses)}
