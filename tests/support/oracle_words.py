"""The tables of permission-model §4.2 as plain words, typed anew for the oracle."""

DATA = [
    "READ_DATA",
    "READ_METADATA",
    "READ_SCHEMA",
    "EXPORT_DATA",
    "WRITE_DATA",
    "WRITE_METADATA",
    "WRITE_SCHEMA",
]
PROJECT = [
    "READ_CONF",
    "READ_DASHBOARDS",
    "EXPORT_DATASETS_DATA",
    "WRITE_CONF",
    "WRITE_DASHBOARDS",
    "RUN_SCENARIOS",
    "MODERATE_DASHBOARDS",
    "MANAGE_DASHBOARD_AUTHORIZATIONS",
    "MANAGE_EXPOSED_ELEMENTS",
    "ADMIN",
]
ITEM = ["LIST", "READ", "USE", "EDIT", "RUN", "DELETE", "SHARE", "OWN"]
RUNGS = {
    1: "LIST READ USE READ_DATA READ_METADATA READ_SCHEMA EXPORT_DATA READ_CONF READ_DASHBOARDS"
    " EXPORT_DATASETS_DATA",
    2: "EDIT RUN WRITE_DATA WRITE_METADATA WRITE_SCHEMA WRITE_CONF WRITE_DASHBOARDS RUN_SCENARIOS CREATE",
    3: "DELETE MODERATE_DASHBOARDS",
    4: "SHARE OWN MANAGE_DASHBOARD_AUTHORIZATIONS MANAGE_EXPOSED_ELEMENTS ADMIN",
    5: "GLOBAL_ADMIN",
}
LEVEL = {atom: rung for rung, atoms in RUNGS.items() for atom in atoms.split()}
IMPLIES: dict[str, list[str]] = {
    "OWN": ["SHARE", "DELETE", "USE", "RUN", *DATA], "SHARE": ["EDIT"], "EDIT": ["READ"],
    "READ": ["LIST"], "USE": ["LIST"], "RUN": ["LIST"], "DELETE": ["LIST"],
    "ADMIN": [*PROJECT, *DATA, "USE"], "WRITE_CONF": ["READ_CONF", "WRITE_DASHBOARDS", "RUN_SCENARIOS"],
    "READ_CONF": ["READ_DASHBOARDS"], "MODERATE_DASHBOARDS": ["WRITE_DASHBOARDS"],
    "WRITE_DASHBOARDS": ["READ_DASHBOARDS"], "MANAGE_DASHBOARD_AUTHORIZATIONS": ["READ_DASHBOARDS"],
    "MANAGE_EXPOSED_ELEMENTS": ["READ_CONF"], "EXPORT_DATA": ["READ_DATA"], "READ_DATA": ["READ_SCHEMA"],
    "WRITE_METADATA": ["READ_METADATA"], "WRITE_SCHEMA": ["READ_SCHEMA"], "WRITE_DATA": ["READ_SCHEMA"],
    "READ_SCHEMA": ["LIST"], "READ_METADATA": ["LIST"], "READ_DASHBOARDS": ["LIST"],
    "EXPORT_DATASETS_DATA": ["LIST"], "RUN_SCENARIOS": ["LIST"],
}  # fmt: skip
ROLE_CAP = {"viewer": 1, "publisher": 4, "administrator": 5}
MOST = {"project": 4, "creator": 3, "visitor": 3, "run": 3, "application": 1, "guest": 1, "anonymous": 1}
DIRECT = ("session", "personal", "anonymous")
IN_PROJECT = ("app", "source", "dataset", "scenario", "dashboard", "api", "usecase")
TO_ITEMS = {"READ_CONF": ["READ"], "WRITE_CONF": ["EDIT"], "ADMIN": ["OWN"]}
TO_KIND = {
    "dataset": {
        "READ_CONF": ["READ_METADATA", "READ_SCHEMA"], "WRITE_CONF": ["WRITE_METADATA", "WRITE_SCHEMA"],
        "EXPORT_DATASETS_DATA": ["EXPORT_DATA"],
    },
    "dashboard": {"READ_DASHBOARDS": ["USE"], "MODERATE_DASHBOARDS": ["EDIT", "DELETE"]},
    "scenario": {"RUN_SCENARIOS": ["RUN"]},
}  # fmt: skip
FROM_INSTANCE = {"organization": {"CREATE"}, "project": {"ADMIN"}, "credential": {"LIST", "DELETE"}}
