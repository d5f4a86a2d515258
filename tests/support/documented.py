"""Answers held against the OpenAPI document: what is sent has to be what is said."""

import re
from typing import Any

from httpx import Response
from jsonschema import Draft202012Validator

from gatepost_server.web.problems import ProblemBody


class Documented:
    """Checks answers against one document; compiled once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path, "{" in path) for path in document["paths"]
        ]
        self._problem = Draft202012Validator(_strict(ProblemBody.model_json_schema()))

    def check(self, answer: Response) -> None:
        """Fail when *answer* is not one that the document promises."""
        if answer.status_code >= 400:
            self._check_problem(answer)
            return
        path, method = answer.request.url.path, answer.request.method.lower()
        said = self._operation(path)[method]["responses"].get(str(answer.status_code))
        assert said is not None, f"{method} {path} is not said to answer {answer.status_code}"
        content = said.get("content", {})
        schema = content.get("application/json", {}).get("schema")
        media = answer.headers.get("content-type", "").partition(";")[0]
        if not schema or (media != "application/json" and media in content):
            return
        assert answer.headers["content-type"] == "application/json"
        whole = {**schema, "components": self.document["components"]}
        faults = [fault.message for fault in Draft202012Validator(whole).iter_errors(answer.json())]
        assert faults == [], f"{method} {path}: {faults}"

    def _check_problem(self, answer: Response) -> None:
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        body = answer.json()
        faults = [fault.message for fault in self._problem.iter_errors(body)]
        assert faults == [], faults
        assert body["status"] == answer.status_code
        self._check_said(answer, body["code"])
        assert body["instance"] == answer.headers["x-request-id"]
        if answer.status_code in (401, 403, 404):
            assert body["decision_id"] == body["instance"]

    def _check_said(self, answer: Response, code: str) -> None:
        """Fail when a route refuses with a status that its document does not list."""
        path, method = answer.request.url.path, answer.request.method.lower()
        if code == "method-not-allowed" or not any(form.fullmatch(path) for form, _, _ in self._paths):
            return
        said = self._operation(path)[method]["responses"].get(str(answer.status_code))
        assert said is not None, f"{method} {path} is not said to refuse by {answer.status_code} ({code})"
        assert "application/problem+json" in said["content"]

    def _operation(self, path: str) -> dict[str, Any]:
        fitting = [(is_pattern, said) for form, said, is_pattern in self._paths if form.fullmatch(path)]
        assert fitting, f"{path} is not in the document"
        found: dict[str, Any] = self.document["paths"][min(fitting)[1]]
        return found


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False}
