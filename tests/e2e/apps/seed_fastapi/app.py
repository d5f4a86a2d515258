"""The FastAPI snippet of seed 000, with Gatepost's client in place of the vendor's; and what it was given."""

import os
from typing import Any

import fastapi

import gatepost

GIVEN = (
    "GATEPOST_SERVER", "GATEPOST_APP_ID", "DATAROBOT_ENDPOINT", "CONNECT_SERVER",
    "GATEPOST_API_KEY", "DATAROBOT_API_TOKEN", "CONNECT_API_KEY",
)  # fmt: skip

_router = fastapi.APIRouter(tags=["Projects"])


# Work with creator API key
@_router.get("/ours")
def ours() -> Any:
    owner_api_key = os.environ.get("DATAROBOT_API_TOKEN")  # creator's Application API key (scoped)
    with gatepost.client(key=owner_api_key) as client:
        return [project.key for project in client.projects.list()]


# Work with visitor API key
@_router.get("/datasets")
def datasets(request: fastapi.Request) -> Any:
    visitor_api_key = request.headers.get("x-datarobot-api-key")  # visitor API key from request headers
    with gatepost.client(key=visitor_api_key) as client:
        return [project.key for project in client.projects.list()]


@_router.post("/make/{key}")
def make(key: str) -> Any:
    with gatepost.client() as client:
        try:
            return client.projects.create(key, name=key).key
        except gatepost.errors.GatepostError as refused:
            return refused.code


@_router.get("/given")
def given() -> Any:
    return {name: os.environ.get(name) for name in GIVEN}


app = fastapi.FastAPI()
app.include_router(_router)
