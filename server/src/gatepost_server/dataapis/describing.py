"""The OpenAPI document of one data API, as its reader may see it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gatepost_server.dataapis.model import DataApi, Field, Operation, Parameter, ParameterType

_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "format": "int64"},
    "double": {"type": "number", "format": "double"},
    "decimal": {"type": "string", "format": "decimal"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "timestamp": {"type": "string"},
    "timestamp_tz": {"type": "string", "format": "date-time"},
    "binary": {"type": "string", "contentEncoding": "base64"},
}
_TEXT: Final[Mapping[str, str]] = {"type": "string"}
_FORMATS: Final = (
    "application/json",
    "text/csv",
    "application/vnd.apache.arrow.stream",
    "application/x-ndjson",
)


def openapi_of(api: DataApi, server: str) -> dict[str, Any]:
    """Return how *api* is called over *server* (the address of the gate), as OpenAPI 3.1.

    It says what *api* says: of what its reader may only know of there are fields, and no parameters.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.name,
            "description": api.description,
            "version": str(api.production_version or api.development_version or 0),
        },
        "servers": [{"url": server}],
        "security": [{"key": []}],
        "paths": {f"/gw/{api.slug}": dict(_calls(api)), **dict(_one_row(api))},
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}},
            "schemas": {"Row": _row(api)},
        },
    }


def _calls(api: DataApi) -> Iterator[tuple[str, Any]]:
    if Operation.LIST in api.operations:
        yield (
            "get",
            {
                "operationId": "read",
                "summary": f"Read rows of {api.name}",
                "parameters": [*map(_parameter, api.parameters), *_paging(api)],
                "responses": {"200": _rows(), "default": {"description": "A problem (RFC 9457)"}},
            },
        )
    for operation, verb in (
        (Operation.CREATE, "post"),
        (Operation.UPDATE, "patch"),
        (Operation.DELETE, "delete"),
    ):
        if operation in api.operations:
            yield (
                verb,
                {
                    "operationId": operation.value,
                    "summary": f"{operation.value.capitalize()} rows of {api.name}",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": _sent()}}},
                    "responses": {
                        "200": {"description": "How many rows it was"},
                        "default": {"description": "A problem (RFC 9457)"},
                    },
                },
            )


def _one_row(api: DataApi) -> Iterator[tuple[str, Any]]:
    if Operation.GET not in api.operations:
        return
    item = {"type": "object", "properties": {"item": {"$ref": "#/components/schemas/Row"}}}
    told = {
        "operationId": "readRow",
        "summary": f"Read one row of {api.name}",
        "parameters": [*map(_parameter, api.parameters), _paging(api)[3], _paging(api)[5]],
        "responses": {
            "200": {"description": "The row", "content": {"application/json": {"schema": item}}},
            "default": {"description": "A problem (RFC 9457)"},
        },
    }
    yield f"/gw/{api.slug}/row", {"get": told}


def _parameter(one: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_TYPES.get(one.type.value, _TEXT))
    if one.max_length is not None:
        schema["maxLength"] = one.max_length
    if one.choices:
        schema["enum"] = list(one.choices)
    if one.type in (ParameterType.INTEGER, ParameterType.DOUBLE):
        bounds = {"minimum": one.min, "maximum": one.max, "default": one.default}
        schema |= {word: _number(one.type, text) for word, text in bounds.items() if text is not None}
        if one.choices:
            schema["enum"] = [_number(one.type, text) for text in one.choices]
    elif one.default is not None:
        schema["default"] = one.default
    if one.is_many:
        schema = {"type": "array", "items": schema}
    told = {"name": one.name, "in": "query", "required": one.required, "schema": schema}
    return {**told, "description": one.description} if one.description else told


def _number(type_: ParameterType, text: str) -> int | float:
    return int(text) if type_ is ParameterType.INTEGER else float(text)


def _paging(api: DataApi) -> list[dict[str, Any]]:
    fields = {"type": "array", "items": {"type": "string", "enum": [one.name for one in api.fields]}}
    return [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
        {"name": "next", "in": "query", "schema": {"type": "string"}},
        {"name": "order", "in": "query", "schema": {"type": "string"}},
        {"name": "fields", "in": "query", "explode": False, "schema": fields},
        {"name": "total", "in": "query", "schema": {"type": "boolean", "default": False}},
        {"name": "stage", "in": "query", "schema": {"type": "string", "enum": ["development", "production"]}},
    ]


def _rows() -> dict[str, Any]:
    page = {
        "type": "object",
        "required": ["items", "next", "truncated"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}},
            "next": {"type": ["string", "null"]},
            "truncated": {"type": "boolean"},
            "total": {"type": "integer"},
        },
    }
    content: dict[str, Any] = {one: {} for one in _FORMATS}
    content["application/json"] = {"schema": page}
    return {"description": "A page of rows", "content": content}


def _sent() -> dict[str, Any]:
    row = {"$ref": "#/components/schemas/Row"}
    return {"type": "object", "properties": {"rows": {"type": "array", "items": row}}, "required": ["rows"]}


def _row(api: DataApi) -> dict[str, Any]:
    return {"type": "object", "properties": {one.name: _field(one) for one in api.fields}}


def _field(one: Field) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_TYPES.get(one.type.split("(")[0], _TEXT))
    if one.description:
        schema["description"] = one.description
    return schema
