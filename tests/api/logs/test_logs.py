"""The instance's own log files: listed and read by administrators, and no other file by any name."""

import pytest
from calling import Api, Caller, faults, problem
from stores import on_one_engine
from world import Person, World

pytestmark = on_one_engine


@pytest.fixture
def boss(world: World) -> Person:
    return world.person("root", "administrator")


@pytest.fixture
def root(api: Api, boss: Person) -> Caller:
    return api.session(boss)


@pytest.fixture(autouse=True)
def _files(api: Api) -> None:
    logs = api.house.folders.logs
    (logs / "control.log").write_text("one\ntwo\nthree\n")
    (logs / "worker.log").write_text("")
    (logs / "builds" / "ver_1.log").write_text("building\n")
    (logs / "link.log").symlink_to(api.house.folders.secrets)
    (api.house.folders.secrets / "pepper").write_text("bitter\n")


def test_the_files_are_listed_and_their_end_is_read(root: Caller, boss: Person, api: Api) -> None:
    for caller in (root, api.by_key(boss)):
        found = caller.get("log-files").json()["items"]
        assert [(row["name"], row["size"]) for row in found] == [("control.log", 14), ("worker.log", 0)]
        said = caller.get("log-files/control.log", params={"tail": 2}).json()
        assert (said["name"], said["lines"]) == ("control.log", ["two", "three"])
    assert root.get("log-files/worker.log").json()["lines"] == []


@pytest.mark.parametrize(
    "name",
    ["../secrets/pepper", "..%2Fsecrets%2Fpepper", "%2e%2e/secrets/pepper", "..%252Fsecrets%252Fpepper",
     "....//secrets/pepper", "builds/ver_1.log", "builds%2Fver_1.log", "builds", "link.log",
     "link.log/pepper", "%2Fetc%2Fpasswd", "/etc/passwd", "//etc/passwd", "control.log%00",
     "control.log%00.txt", "%2e",
     "%2e/control.log", "control.log/", "CONTROL.LOG", "..%5Csecrets%5Cpepper", "%c0%ae%c0%ae/secrets/pepper",
     "~/.ssh/id_rsa", "file:///etc/passwd", "absent.log", "%ef%bc%8e%ef%bc%8e/secrets/pepper"],
)  # fmt: skip
def test_no_name_leads_to_another_file(root: Caller, name: str) -> None:
    answer = root.get(f"log-files/{name}")
    assert answer.status_code in (400, 404)
    assert "bitter" not in answer.text
    assert "building" not in answer.text


def test_a_key_in_a_log_is_cut_short(api: Api, world: World, root: Caller, boss: Person) -> None:
    text = world.key(boss).text.reveal()
    (api.house.folders.logs / "control.log").write_text(f"somebody sent {text}\n")
    [line] = root.get("log-files/control.log").json()["lines"]
    assert text not in line
    assert line.startswith("somebody sent gpp_")


@pytest.mark.parametrize("role", ["viewer", "publisher"])
def test_others_see_no_logs(api: Api, world: World, role: str) -> None:
    ada = api.session(world.person("ada", role))
    for answer in (
        ada.get("log-files"),
        ada.get("log-files/control.log"),
        ada.get("log-files/absent.log"),
        ada.get("log-level"),
        ada.call("PUT", "log-level", json={"level": "DEBUG"}),
    ):
        assert (problem(answer), answer.json()["missing"]) == ((403, "denied"), "GLOBAL_ADMIN")
    assert api.nobody.get("log-files").status_code == 401


def test_levels_are_set_for_all_and_for_one(root: Caller) -> None:
    assert root.get("log-level").json() == {"level": "INFO", "loggers": {}}
    root.call("PUT", "log-level", json={"level": "warning"})
    one = {"level": "DEBUG", "logger": "gatepost_server.runtime"}
    assert root.call("PUT", "log-level", json=one).json() == {
        "level": "WARNING", "loggers": {"gatepost_server.runtime": "DEBUG"},
    }  # fmt: skip
    root.call("PUT", "log-level", json={**one, "level": None})
    assert root.get("log-level").json() == {"level": "WARNING", "loggers": {}}
    assert len([row for row in root.pages("audit") if row["action"] == "log:level"]) == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [({"level": "LOUD"}, "level"), ({"level": None}, "level"), ({"level": 10}, "level"), ({}, "level"),
     ({"level": "DEBUG", "logger": "sqlalchemy.engine"}, "logger"),
     ({"level": "DEBUG", "logger": "httpcore"}, "logger"), ({"level": "DEBUG", "logger": ""}, "logger"),
     ({"level": "DEBUG", "logger": "gatepost_serverless"}, "logger")],
)  # fmt: skip
def test_a_level_that_cannot_be_set(root: Caller, body: dict[str, object], field: str) -> None:
    assert list(faults(root.call("PUT", "log-level", json=body))) == [field]
    assert root.get("log-level").json() == {"level": "INFO", "loggers": {}}
