"""Every route against rights: all but the one atom it needs is too little, that one alone is enough."""

import pytest
from calling import Api, Caller
from declared_walk import Town, Way, all_but, ways
from fastapi import FastAPI
from httpx import Response
from key_desk import KeyDesk
from stores import on_one_engine
from world import World

from gatepost_server.authz import NodeKind, policy

ROOTS = (NodeKind.INSTANCE, NodeKind.ORGANIZATION)
LEADS_ON = {
    "GET /users/{user_id}/activate",
    "GET /admin/organizations/{org_id}/open",
    "GET /sources/{source_id}/versions",
}
"""Addresses that only lead to a page, which asks."""
DATASET, PROJECT = NodeKind.DATASET, NodeKind.PROJECT
_ROWS = "WRITE_DATA READ_DATA"
_READS = "READ_DATA READ_METADATA READ_SCHEMA"
FURTHER = {
    # Who saves what is done in their name has to hold all that it does.
    "PUT /api/v1/projects/{project}/datasets/{dataset}/query": {DATASET: _ROWS},
    "POST /projects/{project}/datasets/{dataset}/query": {DATASET: _ROWS},
    "POST /projects/{project}/datasets/{dataset}/query/clear": {DATASET: _ROWS},
    "GET /projects/{project}/datasets/{dataset}/source/sign-in": {DATASET: "WRITE_DATA"},
    "POST /projects/{project}/datasets/{dataset}/source/sign-in": {DATASET: "WRITE_DATA"},
    "PATCH /api/v1/projects/{project}/scenarios/{scenario}": {PROJECT: f"WRITE_CONF {_ROWS}"},
    # A link needs the same right on both of its ends.
    "DELETE /api/v1/usecases/{usecase_id}/links/{linked_id}": {NodeKind.APP: "EDIT"},
    "POST /use-cases/{usecase_id}/unlink/{linked_id}": {NodeKind.APP: "EDIT"},
    "GET /use-cases/{usecase_id}/unlink/{linked_id}": {NodeKind.APP: "EDIT"},
    # A version is of the source.
    "GET /applications/{app_id}/versions/{number}": {NodeKind.SOURCE: "READ"},
    "GET /applications/{app_id}/versions/{number}/log": {NodeKind.SOURCE: "READ"},
    # Nobody gives what they do not hold, or takes it back.
    "POST /api/v1/apps/{thing_id}/grants": {NodeKind.APP: "USE"},
    "POST /api/v1/datasets/{thing_id}/grants": {DATASET: "READ_DATA READ_METADATA"},
    "POST /api/v1/scenarios/{thing_id}/grants": {NodeKind.SCENARIO: "RUN"},
    "POST /api/v1/dashboards/{thing_id}/grants": {NodeKind.DASHBOARD: "USE"},
    "POST /api/v1/apis/{thing_id}/grants": {NodeKind.API: "USE"},
    "POST /api/v1/clients/{client_id}/apis": {NodeKind.API: "USE", NodeKind.APP: "LIST"},
    "POST /api/v1/clients/{client_id}/datasets": {DATASET: "READ_DATA", NodeKind.APP: "LIST"},
    "POST /api/v1/connections/{thing_id}/grants": {NodeKind.CONNECTION: "USE"},
    "POST /api/v1/credentials/{thing_id}/grants": {NodeKind.CREDENTIAL: "USE"},
    "DELETE /api/v1/projects/{project}/exposed/{exposure}": {DATASET: _READS},
    "POST /projects/{project}/settings/exposed/{exposure}/end": {DATASET: _READS},
}
"""What a call needs besides the right of its action, on which thing."""
_SHARED = (
    "apps", "sources", "projects", "groups", "datasets", "scenarios", "dashboards", "usecases",
    "connections", "credentials", "apis",
)  # fmt: skip
ELSEWHERE = {
    **{f"DELETE /api/v1/{kind}/{{thing_id}}/grants": "nobody of that name gave anything" for kind in _SHARED},
    **{
        f"{method} {page}/given-by/{{giver}}/remove": "nobody of that name gave anything"
        for method in ("GET", "POST")
        for page in (
            "/applications/{app_id}/access",
            "/projects/{project}/settings/permissions",
            "/projects/{project}/datasets/{dataset}/access",
            "/projects/{project}/dashboards/{dashboard}/access",
            "/projects/{project}/apis/{api}/access",
            "/sources/{source_id}/access",
            "/connections/{connection_id}/access",
            "/credentials/{credential_id}/access",
        )
    },
    "PUT /api/v1/projects/{project}/permissions": "nobody ends their own administration",
    "POST /api/v1/projects/{project}/exposed": "the other project is hidden from them",
    "PUT /api/v1/projects/{project}/datasets/{dataset}/from": "names no connection of theirs",
    "PUT /api/v1/apps/{app_id}/connections/{name}": "names no connection of theirs",
    "DELETE /api/v1/apps/{app_id}/connections/{name}": "it has no connection of that name",
    "POST /api/v1/apps/{app_id}/connections/{name}/query": "it has no connection of that name",
    "POST /applications/{app_id}/connections/{name}/remove": "it has no connection of that name",
    "POST /applications/publish": "names no source",
    "POST /api/v1/projects/{project}/apis": "names no connection",
    "DELETE /api/v1/clients/{client_id}/datasets/{dataset}": "it may not read that one",
    "GET /clients/{client_id}/datasets/{dataset}/end": "it may not read that one",
    "POST /clients/{client_id}/datasets/{dataset}/end": "it may not read that one",
    "DELETE /api/v1/projects/{project}/datasets/{dataset}/applications/{given}": "lets nobody read it",
    "GET /projects/{project}/apis/sign-in": "names no connection",
    "POST /projects/{project}/apis/sign-in": "names no connection",
    "GET /projects/{project}/apis/{api}/sign-in": "names no connection",
    "POST /projects/{project}/apis/{api}/sign-in": "names no connection",
    "DELETE /api/v1/apps/{app_id}/external/guests/{guest_id}": "no such guest",
    "GET /applications/{app_id}/external/guests/{guest_id}/end": "no such guest",
    "POST /applications/{app_id}/external/guests/{guest_id}/end": "no such guest",
    "GET /exposure/links/{app_id}/off": "it is not open in this way",
    "GET /exposure/anyone/{app_id}/off": "it is not open in this way",
    "POST /api/v1/usecases/{usecase_id}/links": "names no application",
    "POST /api/v1/clients/{client_id}/secrets/{secret_id}/reveal": "it is not their own",
    "POST /clients/{client_id}/secrets/{secret_id}/reveal": "it is not their own",
    "GET /projects/{project}/datasets/{dataset}/rules/{rule}/remove": "no such rule",
    "POST /projects/{project}/datasets/{dataset}/rules/{rule}/remove": "no such rule",
}
"""Calls that are let in and then miss something else."""


@pytest.fixture
def town(api: Api, world: World) -> Town:
    return Town(KeyDesk(api, world))


def _is_list(way: Way) -> bool:
    """Tell whether a route is about all things of a kind: who may see none gets an empty list."""
    return way.atom == "LIST" and way.template.count("/") == (3 if way.is_api else 1)


def _is_refused(answer: Response) -> bool:
    return answer.status_code in (401, 403, 404)


def _with_all_but(town: Town, atom: str, kind: NodeKind) -> Caller:
    # What a publisher may is no grant: who is to be without CREATE is a viewer.
    who = town.desk.person("viewer" if atom == "CREATE" else "publisher")
    for on, atoms in all_but(atom, kind).items():
        if on in town.nodes and atoms:
            town.desk.world.grant(town.nodes[on], who.id, atoms)
    return town.desk.api.session(who)


@on_one_engine
def test_all_but_the_one_right_is_refused_everywhere(town: Town, control_app: FastAPI) -> None:
    callers: dict[tuple[str, NodeKind], Caller] = {}
    wrong = []
    for way in ways(control_app):
        if (way.atom, way.on) not in callers:
            callers[way.atom, way.on] = _with_all_but(town, way.atom, way.on)
        answer = town.send(callers[way.atom, way.on], way)
        hidden = way.atom == "LIST" and way.on not in ROOTS
        if str(way) in LEADS_ON:
            is_right = answer.status_code == 303
        elif _is_list(way):
            is_right = answer.status_code == 200 and town.nodes[way.on] not in answer.text
        else:
            is_right = answer.status_code == (404 if hidden else 403)
        if not is_right:
            wrong.append(f"{way} ({way.atom}): {answer.status_code} {answer.text[:150]}")
    assert wrong == []


def _with_just(town: Town, way: Way) -> Caller:
    if way.atom == "GLOBAL_ADMIN":
        return town.desk.api.session(town.desk.person("administrator"))
    who = town.desk.person("publisher")
    if way.atom != "CREATE":
        town.desk.world.grant(town.nodes[way.on], who.id, policy.mask(way.atom))
    for on, atoms in FURTHER.get(str(way), {}).items():
        town.desk.world.grant(town.nodes[on], who.id, policy.mask(atoms))
    return town.desk.api.session(who)


@on_one_engine
def test_the_one_right_alone_is_let_in_everywhere(town: Town, control_app: FastAPI) -> None:
    grants = {
        on: town.desk.world.grant(town.nodes[on], town.kept.id, policy.mask("LIST")) for on in town.nodes
    }
    wrong = []
    for way in ways(control_app):
        with town.untouched():
            answer = town.send(_with_just(town, way), way, grants)
        if _is_refused(answer) != (str(way) in ELSEWHERE):
            wrong.append(
                f"{way} ({way.atom}): {answer.status_code} {answer.text[:150] if way.is_api else ''}"
            )
    assert wrong == []
