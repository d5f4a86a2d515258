"""One good call of every native route, so that tests can walk them all.

A route without a row here fails tests/api/doors/test_routes.py: add it, and every test
that walks the table tries it too.
"""

from dataclasses import dataclass
from typing import Any

NODE = {"app": "app_" + "0" * 24, "src": "src_" + "0" * 24, "usr": "usr_" + "0" * 24}
KEY_ID, SESSION_ID, GRANT_ID = (f"{kind}_" + "0" * 24 for kind in ("key", "ses", "grt"))
GUEST_ID = "gst_" + "0" * 24
JOB_ID, RUN_ID = "job_" + "0" * 24, "run_" + "0" * 24
SCENARIO, STEP = "projects/P/scenarios/nightly", {"type": "sql", "query": "SELECT 1", "into": "one"}
GROUP, ORGANIZATION = "groups/grp_" + "0" * 24, "organizations/org_" + "0" * 24
APP, SOURCE, USER = f"apps/{NODE['app']}", f"sources/{NODE['src']}", f"users/{NODE['usr']}"
VERSION = f"{SOURCE}/versions/1"
PROJECT, DATASET = "projects/P", "projects/P/datasets/orders"
REQUEST = "requests/rqt_" + "0" * 24
DASHBOARD = "projects/P/dashboards/sales"
API = "projects/P/apis/prices"
USECASE = "usecases/use_" + "0" * 24
CREDENTIAL = "credentials/crd_" + "0" * 24
CONNECTION = "connections/con_" + "0" * 24
CLIENT, CLIENT_GROUP = f"clients/{NODE['app']}", "client-groups/cgr_" + "0" * 24
SECRET = f"{CLIENT}/secrets/sec_" + "0" * 24


@dataclass(frozen=True)
class Route:
    """A route's place in the table, and a call of it that is well formed; *is_open*: any object is."""

    method: str
    template: str
    path: str
    body: dict[str, Any] | None = None
    is_upload: bool = False
    is_public: bool = False
    is_open: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def _row(
    method: str, template: str, path: str = "", body: dict[str, Any] | None = None, **more: Any
) -> Route:
    return Route(method, f"/api/v1/{template}", path or template, body, **more)


def _kept(template: str, path: str) -> list[Route]:
    """Return the routes that keys of every kind have."""
    one, at = f"{template}/{{key_id}}", f"{path}/{KEY_ID}"
    return [
        _row("GET", one, at),
        _row("PATCH", one, at, {"description": "mine"}),
        _row("DELETE", one, at),
        _row("POST", f"{one}/rotate", f"{at}/rotate", {"overlap_seconds": 0}),
        _row("POST", f"{one}/end-old", f"{at}/end-old"),
    ]


def _held(template: str, path: str) -> list[Route]:
    """Return the routes of keys that hold rights of their own."""
    one, at = f"{template}/{{key_id}}", f"{path}/{KEY_ID}"
    return [
        _row("PUT", f"{one}/permissions", f"{at}/permissions", {}),
        _row("PUT", f"{one}/run-as", f"{at}/run-as", {"user": None}),
    ]


_EXCHANGE = {"code": "c", "verifier": "v"}
_RESET = {"username": "nobody", "code": "wrong", "password": "quite another horse"}
ROUTES = [
    _row("POST", "login", body={"username": "nobody", "password": "wrong password"}, is_public=True),
    _row("POST", "login/exchange", body=_EXCHANGE, is_public=True),
    _row("POST", "login/reset", body=_RESET, is_public=True),
    _row("POST", "logout"),
    _row("GET", "me"),
    _row("PATCH", "me", body={"display_name": "A", "email": "a@example.com"}),
    _row("POST", "me/password", body={"old": "wrong password", "new": "quite another horse"}),
    _row("POST", "session/confirm", body={"password": "wrong password"}),
    _row("GET", "sessions"),
    _row("DELETE", "sessions/{session_id}", f"sessions/{SESSION_ID}"),
    _row("GET", "keys"),
    _row("POST", "keys", body={"name": "ci"}),
    *_kept("keys", "keys"),
    _row("POST", "keys/{key_id}/reveal", f"keys/{KEY_ID}/reveal"),
    _row("GET", "admin/keys"),
    _row("POST", "admin/keys", body={"name": "robot"}),
    _row("GET", "admin/keys/all"),
    _row("DELETE", "admin/keys/all/{key_id}", f"admin/keys/all/{KEY_ID}"),
    *_kept("admin/keys", "admin/keys"),
    *_held("admin/keys", "admin/keys"),
    _row("GET", "projects/{project}/keys", "projects/P/keys"),
    _row("POST", "projects/{project}/keys", "projects/P/keys", {"name": "loader"}),
    *_kept("projects/{project}/keys", "projects/P/keys"),
    *_held("projects/{project}/keys", "projects/P/keys"),
    _row("POST", "projects/{project}/keys/{key_id}/adopt", f"projects/P/keys/{KEY_ID}/adopt"),
    _row(
        "PUT", "projects/{project}/keys/{key_id}/allowed-origins",
        f"projects/P/keys/{KEY_ID}/allowed-origins", {"origins": []},
    ),
    _row("GET", "me/run-as"),
    _row("GET", "me/visitor-consents"),
    _row("GET", "me/visitor-consents/{app_id}", "me/visitor-consents/app_" + "0" * 24),
    _row(
        "PUT", "me/visitor-consents/{app_id}", "me/visitor-consents/app_" + "0" * 24,
        {"level": "user", "deployed_by": "usr_" + "0" * 24},
    ),
    _row("DELETE", "me/visitor-consents/{app_id}", "me/visitor-consents/app_" + "0" * 24),
    _row("PUT", "me/run-as/{project}", "me/run-as/P"),
    _row("DELETE", "me/run-as/{project}", "me/run-as/P"),
    _row("GET", "users"),
    _row("POST", "users", body={"username": "newcomer", "email": "n@example.com"}),
    _row("GET", "users/{user_id}", USER),
    _row("PATCH", "users/{user_id}", USER, {"role": "viewer"}),
    _row("POST", "users/{user_id}/reset", f"{USER}/reset"),
    _row("DELETE", "users/{user_id}/sessions", f"{USER}/sessions"),
    _row("GET", "users/{user_id}/keys", f"{USER}/keys"),
    _row("DELETE", "users/{user_id}/keys/{key_id}", f"{USER}/keys/{KEY_ID}"),
    _row("GET", "groups"),
    _row("POST", "groups", body={"name": "Analysts"}),
    _row("GET", "groups/{group}", GROUP),
    _row("PATCH", "groups/{group}", GROUP, {"name": "Others"}),
    _row("DELETE", "groups/{group}", GROUP),
    _row("GET", "groups/{group}/members", f"{GROUP}/members"),
    _row("PUT", "groups/{group}/members/{kind}/{name}", f"{GROUP}/members/user/ada", {}),
    _row("DELETE", "groups/{group}/members/{kind}/{name}", f"{GROUP}/members/user/ada"),
    _row("GET", "exposure"),
    _row("GET", "exposure/counts"),
    _row("GET", "organizations"),
    _row("POST", "organizations", body={"name": "Partner"}),
    _row("GET", "organizations/{org_id}", ORGANIZATION),
    _row("PATCH", "organizations/{org_id}", ORGANIZATION, {"name": "Others"}),
    _row("GET", "log-files"),
    _row("GET", "log-files/{name:path}", "log-files/control.log"),
    _row("GET", "log-level"),
    _row("PUT", "log-level", body={"level": "DEBUG"}),
    _row("GET", "variables"),
    _row("GET", "variables/{name}", "variables/region"),
    _row("PUT", "variables/{name}", "variables/region", {"value": "eu"}),
    _row("DELETE", "variables/{name}", "variables/region"),
    _row("GET", "egress"),
    _row("POST", "egress", body={"entry": "10.1.0.0/16"}),
    _row("DELETE", "egress/{entry_id}", "egress/egr_" + "0" * 24),
    _row("GET", "egress/check", "egress/check?host=127.0.0.1&port=5432"),
    _row("GET", "sources"),
    _row("POST", "sources", body={"name": "Report"}, is_upload=True),
    _row("GET", "sources/{source_id}", SOURCE),
    _row("PATCH", "sources/{source_id}", SOURCE, {"name": "Other"}),
    _row("DELETE", "sources/{source_id}", SOURCE),
    _row("GET", "sources/{source_id}/versions", f"{SOURCE}/versions"),
    _row("POST", "sources/{source_id}/versions", f"{SOURCE}/versions", is_upload=True),
    _row("GET", "sources/{source_id}/versions/{number}", f"{SOURCE}/versions/1"),
    _row("DELETE", "sources/{source_id}/versions/{number}", f"{SOURCE}/versions/1"),
    _row("GET", "sources/{source_id}/versions/{number}/files", f"{VERSION}/files"),
    _row("GET", "sources/{source_id}/versions/{number}/compare", f"{VERSION}/compare"),
    _row("GET", "sources/{source_id}/versions/{number}/files/{path:path}", f"{VERSION}/files/index.html"),
    _row("PUT", "sources/{source_id}/versions/{number}/files/{path:path}", f"{VERSION}/files/index.html"),
    _row("DELETE", "sources/{source_id}/versions/{number}/files/{path:path}", f"{VERSION}/files/index.html"),
    _row("GET", "sources/{source_id}/versions/{number}/bundle", f"{VERSION}/bundle"),
    _row("PUT", "sources/{source_id}/versions/{number}/resources", f"{VERSION}/resources", {"cpu": 2}),
    _row("POST", "sources/{source_id}/versions/{number}/build", f"{VERSION}/build"),
    _row("GET", "apps"),
    _row("POST", "apps", body={"name": "Report", "source_id": NODE["src"]}, is_upload=True),
    _row("GET", "apps/{app_id}", APP),
    _row("PATCH", "apps/{app_id}", APP, {"name": "Other"}),
    _row("DELETE", "apps/{app_id}", APP),
    _row("POST", "apps/{app_id}/deploy", f"{APP}/deploy", {"source_version": 1}),
    _row("GET", "apps/{app_id}/deployments", f"{APP}/deployments"),
    _row("GET", "apps/{app_id}/connections", f"{APP}/connections"),
    _row(
        "PUT",
        "apps/{app_id}/connections/{name}",
        f"{APP}/connections/sales",
        {"connection_id": "con_" + "0" * 24},
    ),
    _row("DELETE", "apps/{app_id}/connections/{name}", f"{APP}/connections/sales"),
    _row(
        "POST",
        "apps/{app_id}/connections/{name}/query",
        f"{APP}/connections/sales/query",
        {"sql": "SELECT 1"},
    ),
    _row("GET", "apps/{app_id}/runtime-parameters", f"{APP}/runtime-parameters"),
    _row("PATCH", "apps/{app_id}/runtime-parameters", f"{APP}/runtime-parameters", {"RATE": 2}, is_open=True),
    _row("GET", "apps/{app_id}/env", f"{APP}/env"),
    _row("PATCH", "apps/{app_id}/env", f"{APP}/env", {"MODE": "dev"}, is_open=True),
    _row("GET", "apps/{app_id}/external", f"{APP}/external"),
    _row("PUT", "apps/{app_id}/external", f"{APP}/external", {"enabled": False}),
    _row("POST", "apps/{app_id}/external/invitations", f"{APP}/external/invitations", {}),
    _row("DELETE", "apps/{app_id}/external/guests/{guest_id}", f"{APP}/external/guests/{GUEST_ID}"),
    _row("GET", "apps/{app_id}/keys", f"{APP}/keys"),
    _row("POST", "apps/{app_id}/start", f"{APP}/start"),
    _row("POST", "apps/{app_id}/stop", f"{APP}/stop"),
    _row("POST", "apps/{app_id}/restart", f"{APP}/restart"),
    _row("GET", "apps/{app_id}/metrics", f"{APP}/metrics"),
    _row("GET", "apps/{app_id}/logs", f"{APP}/logs?kind=run"),
    _row("GET", "credentials"),
    _row("POST", "credentials", body={"name": "Warehouse", "user": "reader", "password": "a long one"}),
    _row("GET", "credentials/{credential_id}", CREDENTIAL),
    _row("PATCH", "credentials/{credential_id}", CREDENTIAL, {"name": "Other"}),
    _row("DELETE", "credentials/{credential_id}", CREDENTIAL),
    _row("GET", "credentials/{credential_id}/connections", f"{CREDENTIAL}/connections"),
    _row("POST", "credentials/{credential_id}/check", f"{CREDENTIAL}/check", {"user": "other"}),
    _row("GET", "connections"),
    _row("POST", "connections", body={"name": "Sales", "type": "sqlite", "params": {"file": "sales.db"}}),
    _row("GET", "connections/{connection_id}", CONNECTION),
    _row("PATCH", "connections/{connection_id}", CONNECTION, {"name": "Other"}),
    _row("DELETE", "connections/{connection_id}", CONNECTION),
    _row("GET", "connections/{connection_id}/credentials", f"{CONNECTION}/credentials"),
    _row("POST", "connections/{connection_id}/test", f"{CONNECTION}/test", {"user": "a", "password": "b"}),
    _row("DELETE", "connections/{connection_id}/logins/{login_id}", f"{CONNECTION}/logins/lgn_{'0' * 24}"),
    _row("GET", "connections/{connection_id}/schemas", f"{CONNECTION}/schemas"),
    _row("GET", "connections/{connection_id}/tables", f"{CONNECTION}/tables"),
    _row("GET", "connections/{connection_id}/columns", f"{CONNECTION}/columns?table=orders"),
    _row("GET", "connections/{connection_id}/preview", f"{CONNECTION}/preview?table=orders"),
    _row("PUT", "connections/{connection_id}/credentials/{credential_id}", f"{CONNECTION}/{CREDENTIAL}"),
    _row("DELETE", "connections/{connection_id}/credentials/{credential_id}", f"{CONNECTION}/{CREDENTIAL}"),
    _row("GET", "usecases"),
    _row("POST", "usecases", body={"name": "Churn"}),
    _row("GET", "usecases/{usecase_id}", USECASE),
    _row("PATCH", "usecases/{usecase_id}", USECASE, {"name": "Other"}),
    _row("DELETE", "usecases/{usecase_id}", USECASE),
    _row("GET", "usecases/{usecase_id}/links", f"{USECASE}/links"),
    _row("POST", "usecases/{usecase_id}/links", f"{USECASE}/links", {"type": "app", "id": NODE["app"]}),
    _row("DELETE", "usecases/{usecase_id}/links/{linked_id}", f"{USECASE}/links/{NODE['app']}"),
    _row("GET", "client-groups"),
    _row("POST", "client-groups", body={"name": "Partners"}),
    _row("GET", "client-groups/{client_group}", CLIENT_GROUP),
    _row("PATCH", "client-groups/{client_group}", CLIENT_GROUP, {"name": "Others"}),
    _row("DELETE", "client-groups/{client_group}", CLIENT_GROUP),
    _row("GET", "clients"),
    _row("POST", "clients", body={"name": "Loader", "group": "Partners", "owners": ["ada"]}),
    _row("GET", "clients/{client_id}", CLIENT),
    _row("PATCH", "clients/{client_id}", CLIENT, {"scenario": "Loads at night"}),
    _row("DELETE", "clients/{client_id}", CLIENT),
    _row("PUT", "clients/{client_id}/ip-allowlist", f"{CLIENT}/ip-allowlist", {"enabled": False}),
    _row("PUT", "clients/{client_id}/compatible", f"{CLIENT}/compatible", {"enabled": False}),
    _row("PUT", "clients/{client_id}/debugging", f"{CLIENT}/debugging", {"minutes": 0}),
    _row("GET", "clients/{client_id}/members", f"{CLIENT}/members"),
    _row("POST", "clients/{client_id}/members", f"{CLIENT}/members",
         {"users": ["ada"], "validity": "permanent"}),
    _row("PATCH", "clients/{client_id}/members/{user}", f"{CLIENT}/members/ada", {"validity": {"days": 30}}),
    _row("DELETE", "clients/{client_id}/members/{user}", f"{CLIENT}/members/ada"),
    _row("GET", "clients/{client_id}/secrets", f"{CLIENT}/secrets"),
    _row("POST", "clients/{client_id}/secrets", f"{CLIENT}/secrets", {"overlap_seconds": 0}),
    _row("POST", "clients/{client_id}/secrets/{secret_id}/reveal", f"{SECRET}/reveal"),
    _row("DELETE", "clients/{client_id}/secrets/{secret_id}", SECRET),
    _row("GET", "clients/{client_id}/calls", f"{CLIENT}/calls"),
    _row("GET", "clients/{client_id}/callers", f"{CLIENT}/callers"),
    _row("GET", "clients/{client_id}/apis", f"{CLIENT}/apis"),
    _row("POST", "clients/{client_id}/apis", f"{CLIENT}/apis", {"api": "prices", "validity": "permanent"}),
    _row("DELETE", "clients/{client_id}/apis/{api}", f"{CLIENT}/apis/prices"),
    _row("GET", "clients/{client_id}/datasets", f"{CLIENT}/datasets"),
    _row("POST", "clients/{client_id}/datasets", f"{CLIENT}/datasets",
         {"dataset": "P/orders", "validity": "permanent"}),
    _row("DELETE", "clients/{client_id}/datasets/{dataset}", f"{CLIENT}/datasets/dst_1"),
    _row("GET", "projects/{project}/datasets/{dataset}/applications",
         f"{PROJECT}/datasets/orders/applications"),
    _row("DELETE", "projects/{project}/datasets/{dataset}/applications/{given}",
         f"{PROJECT}/datasets/orders/applications/{GRANT_ID}"),
    _row("GET", "projects/{project}/apis", f"{PROJECT}/apis"),
    _row("POST", "projects/{project}/apis", f"{PROJECT}/apis",
         {"name": "Prices", "connection_id": "con_" + "0" * 24, "table": "orders"}),
    _row("GET", "apis", "apis"),
    _row("POST", "projects/{project}/apis/{api}/test", f"{API}/test", {"stage": "production"}),
    _row("GET", "projects/{project}/apis/{api}", API),
    _row("PATCH", "projects/{project}/apis/{api}", API, {"description": "What things cost"}),
    _row("DELETE", "projects/{project}/apis/{api}", API),
    _row("GET", "projects/{project}/apis/{api}/versions", f"{API}/versions"),
    _row("GET", "projects/{project}/apis/{api}/calls", f"{API}/calls"),
    _row("POST", "projects/{project}/apis/{api}/publish", f"{API}/publish", {"version": 1}),
    _row("GET", "projects/{project}/apis/{api}/openapi", f"{API}/openapi"),
    _row("GET", "projects/{project}/apis/{api}/authorizations", f"{API}/authorizations"),
    _row("DELETE", "projects/{project}/apis/{api}/authorizations/{given}",
         f"{API}/authorizations/{GRANT_ID}"),
    _row("GET", "datasets"),
    _row("GET", "projects"),
    _row("POST", "projects", body={"key": "NEW", "name": "New"}),
    _row("GET", "projects/{project}", PROJECT),
    _row("GET", "projects/{project}/datasets", f"{PROJECT}/datasets"),
    _row("POST", "projects/{project}/datasets", f"{PROJECT}/datasets", {"name": "orders"}),
    _row("GET", "projects/{project}/datasets/{dataset}", DATASET),
    _row("PATCH", "projects/{project}", PROJECT, {"name": "Other"}),
    _row("DELETE", "projects/{project}", PROJECT),
    _row("GET", "projects/{project}/scenarios", f"{PROJECT}/scenarios"),
    _row("POST", "projects/{project}/scenarios", f"{PROJECT}/scenarios", {"name": "n", "steps": [STEP]}),
    _row("GET", "projects/{project}/scenarios/{scenario}", SCENARIO),
    _row("PATCH", "projects/{project}/scenarios/{scenario}", SCENARIO, {"name": "other"}),
    _row("DELETE", "projects/{project}/scenarios/{scenario}", SCENARIO),
    _row("POST", "projects/{project}/scenarios/{scenario}/run", f"{SCENARIO}/run"),
    _row("GET", "projects/{project}/scenarios/{scenario}/runs", f"{SCENARIO}/runs"),
    _row("GET", "projects/{project}/scenarios/{scenario}/runs/{run}", f"{SCENARIO}/runs/{RUN_ID}"),
    _row("DELETE", "projects/{project}/scenarios/{scenario}/runs/{run}", f"{SCENARIO}/runs/{RUN_ID}"),
    _row("POST", "projects/{project}/export", f"{PROJECT}/export"),
    _row("GET", "projects/{project}/export/{job_id}", f"{PROJECT}/export/{JOB_ID}"),
    _row("POST", "projects/import", body={"key": "NEW"}, is_upload=True),
    _row("GET", "projects/{project}/dashboards", f"{PROJECT}/dashboards"),
    _row("POST", "projects/{project}/dashboards", f"{PROJECT}/dashboards", {"name": "Sales"}),
    _row("GET", "projects/{project}/dashboards/{dashboard}", DASHBOARD),
    _row("PATCH", "projects/{project}/dashboards/{dashboard}", DASHBOARD, {"name": "Other"}),
    _row("DELETE", "projects/{project}/dashboards/{dashboard}", DASHBOARD),
    _row("GET", "projects/{project}/dashboards/{dashboard}/view", f"{DASHBOARD}/view"),
    _row("GET", "projects/{project}/dashboard-authorizations", f"{PROJECT}/dashboard-authorizations"),
    _row("PUT", "projects/{project}/dashboard-authorizations", f"{PROJECT}/dashboard-authorizations",
         {"objects": []}),
    _row("GET", "projects/{project}/variables", f"{PROJECT}/variables"),
    _row("PUT", "projects/{project}/variables", f"{PROJECT}/variables", {}, is_open=True),
    _row("GET", "projects/{project}/timeline", f"{PROJECT}/timeline"),
    _row("GET", "projects/{project}/permissions", f"{PROJECT}/permissions"),
    _row("PUT", "projects/{project}/permissions", f"{PROJECT}/permissions", {"grants": []}),
    _row("GET", "projects/{project}/exposed", f"{PROJECT}/exposed"),
    _row(
        "POST",
        "projects/{project}/exposed",
        f"{PROJECT}/exposed",
        {"dataset": "orders", "to_project": "Q"},
    ),
    _row("DELETE", "projects/{project}/exposed/{exposure}", f"{PROJECT}/exposed/exp_" + "0" * 24),
    _row("PATCH", "projects/{project}/datasets/{dataset}", DATASET, {"name": "other"}),
    _row("DELETE", "projects/{project}/datasets/{dataset}", DATASET),
    _row("GET", "projects/{project}/datasets/{dataset}/schema", f"{DATASET}/schema"),
    _row("PUT", "projects/{project}/datasets/{dataset}/schema", f"{DATASET}/schema", {"columns": []}),
    _row("GET", "projects/{project}/datasets/{dataset}/metadata", f"{DATASET}/metadata"),
    _row("PUT", "projects/{project}/datasets/{dataset}/metadata", f"{DATASET}/metadata", {}),
    _row("GET", "projects/{project}/datasets/{dataset}/rules", f"{DATASET}/rules"),
    _row("PUT", "projects/{project}/datasets/{dataset}/rules", f"{DATASET}/rules", {"rules": []}),
    _row("GET", "projects/{project}/datasets/{dataset}/query", f"{DATASET}/query"),
    _row("PUT", "projects/{project}/datasets/{dataset}/query", f"{DATASET}/query", {"query": None}),
    _row("GET", "projects/{project}/datasets/{dataset}/from", f"{DATASET}/from"),
    _row("PUT", "projects/{project}/datasets/{dataset}/from", f"{DATASET}/from",
         {"connection": "con_" + "0" * 24, "table": "orders"}),
    _row("DELETE", "projects/{project}/datasets/{dataset}/from", f"{DATASET}/from"),
    _row("POST", "projects/{project}/datasets/{dataset}/refresh", f"{DATASET}/refresh"),
    _row("DELETE", "projects/{project}/datasets/{dataset}/refresh", f"{DATASET}/refresh"),
    _row("GET", "projects/{project}/datasets/{dataset}/history", f"{DATASET}/history"),
    _row("GET", "projects/{project}/datasets/{dataset}/data", f"{DATASET}/data"),
    _row("PUT", "projects/{project}/datasets/{dataset}/data", f"{DATASET}/data"),
    _row("GET", "projects/{project}/datasets/{dataset}/export", f"{DATASET}/export"),
    _row("GET", "{shared}/{thing_id}/grants", f"{APP}/grants"),
    _row("POST", "{shared}/{thing_id}/grants", f"{APP}/grants",
         {"to": {"type": "user", "name": "ada"}, "role": "consumer"}),
    _row("POST", "{shared}/{thing_id}/grants/rehearse", f"{APP}/grants/rehearse",
         {"to": [{"type": "user", "name": "ada"}], "role": "consumer"}),
    _row("DELETE", "{shared}/{thing_id}/grants", f"{APP}/grants?given_by=ada"),
    _row("DELETE", "{shared}/{thing_id}/grants/{grant_id}", f"{APP}/grants/{GRANT_ID}"),
    _row("GET", "requests"),
    _row("POST", "requests", body={"kind": "access_app", "app": NODE["app"], "role": "consumer",
                                   "reason": "To look", "validity": {"days": 30}}),
    _row("GET", "notices"),
    _row("GET", "requests/{request_id}", REQUEST),
    _row("POST", "requests/{request_id}/approve", f"{REQUEST}/approve", {}),
    _row("POST", "requests/{request_id}/reject", f"{REQUEST}/reject", {}),
    _row("POST", "requests/{request_id}/withdraw", f"{REQUEST}/withdraw"),
    _row("GET", "audit"),
    _row("GET", "explain", "explain?action=user:list"),
    _row("GET", "settings"),
    _row("PATCH", "settings", body={"policies": {}}),
    _row("GET", "jobs"),
    _row("GET", "jobs/{job_id}", f"jobs/{JOB_ID}"),
    _row("DELETE", "jobs/{job_id}", f"jobs/{JOB_ID}"),
    _row("POST", "settings/mail/test", body={"to": "ann@example.com"}),
    _row("GET", "settings/mail/outbox"),
    _row("GET", "health"),
]  # fmt: skip
GOVERNED = [route for route in ROUTES if not route.is_public]
UNSAFE = [route for route in GOVERNED if route.method not in ("GET", "HEAD")]
WITH_BODY = [route for route in ROUTES if route.body is not None]
