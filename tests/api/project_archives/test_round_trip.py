"""Exported and brought in again: the same things, and no right of anybody but who brought them."""

from typing import Any

from archive_desk import ArchiveDesk, contents, manifest_of, planted
from calling import problem

from gatepost_server.authz import NodeKind, register_node
from gatepost_server.authz.policy import Atom
from gatepost_server.kernel.ids import new_id


def _same(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what two archives of one content have in common."""
    files = [{**part, "sha256": "", "size": 0} for one in manifest["datasets"] for part in one["parts"]]
    datasets = [{**one, "parts": len(one["parts"])} for one in manifest["datasets"]]
    scenarios = [{**one, "run_as": None} for one in manifest["scenarios"]]
    kept = ("variables", "dashboards", "keys")
    return {**{name: manifest[name] for name in kept}, "files": files, "datasets": datasets, "s": scenarios}


def test_what_comes_in_is_what_went_out(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    answer = desk.bring(archive, name="Copy")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["project"]["key"], answer.json()["project"]["name"]) == ("Q", "Copy")
    again = desk.archive("Q")
    assert _same(manifest_of(again)) == _same(manifest_of(archive))
    for name in ("orders", "more", "empty"):
        rows = [desk.owner.get(f"projects/{key}/datasets/{name}/data").json() for key in "PQ"]
        assert rows[0] == rows[1]
    assert len(desk.owner.get("projects/Q/datasets/orders/data").json()) == 4


def test_queries_that_are_one_select_come_in_whatever_they_name(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    manifest = manifest_of(archive)
    manifest["datasets"][0]["query"] = "SELECT * FROM nowhere"
    manifest["scenarios"][0]["steps"][0]["query"] = "SELECT * FROM orders;"
    answer = desk.bring(planted(archive, manifest))
    assert answer.status_code == 201, answer.text
    assert desk.owner.get("projects/Q/datasets/orders/query").json()["query"] == "SELECT * FROM nowhere"


def test_an_archive_holds_no_secret_no_owner_and_no_verifier(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    manifest = manifest_of(archive)
    whole = b"".join(contents(archive).values())
    assert desk.secret.encode() not in whole
    assert desk.secret[4:14].encode() not in whole
    assert set(manifest["keys"][0]) == {
        "name", "description", "permissions", "datasets", "ip_allowlist", "allowed_origins", "expires_at",
        "run_as",
    }  # fmt: skip
    assert [(one["to"]["name"], one["role"]) for one in manifest["grants"]] == [("bob", "viewer")]
    assert manifest["authorizations"] == [{"dataset": "orders", "by": "ada"}]


def test_nobody_but_the_importer_holds_anything(desk: ArchiveDesk) -> None:
    answer = desk.bring(desk.archive()).json()
    assert [one["to"]["name"] for one in answer["suggestions"]["grants"]] == ["bob"]
    assert [one["dataset"] for one in answer["suggestions"]["authorizations"]] == ["orders"]
    held = desk.owner.get("projects/Q/permissions").json()["grants"]
    assert [(one["to"]["name"], one["role"]) for one in held] == [("ada", "admin")]
    assert desk.owner.get("projects/Q/dashboard-authorizations").json() == {"objects": []}
    assert desk.by_secret(desk.secret).get("projects/Q").status_code == 404


def test_exposures_are_told_and_nobody_gets_anything_by_them(desk: ArchiveDesk) -> None:
    desk.owner.post("projects", {"key": "R", "name": "Readers"})
    until = "2027-02-01T00:00:00.000Z"
    body = {"dataset": "orders", "to_project": "R", "permissions": ["READ_SCHEMA"], "until": until}
    assert desk.owner.post("projects/P/exposed", body).status_code == 201
    archive = desk.archive()
    (told,) = manifest_of(archive)["exposures"]
    assert (told["dataset"], told["to_project"], told["permissions"]) == ("orders", "R", ["READ_SCHEMA"])
    assert told["until"].startswith("2027-02-01T00:00:00")
    answer = desk.bring(archive).json()
    assert answer["suggestions"]["exposures"] == [told]
    assert "grants (1), authorizations (1), exposures (1)" in answer["left_out"][-1]
    assert desk.owner.get("projects/Q/exposed").json()["items"] == []
    assert [one["from_project"] for one in desk.owner.get("projects/R/exposed").json()["items"]] == ["P"]


def test_a_datasets_query_comes_in_within_the_rights_of_who_brought_it(desk: ArchiveDesk) -> None:
    query = "projects/{}/datasets/more/query"
    sql = "SELECT 1 AS id"
    assert desk.owner.call("PUT", query.format("P"), json={"query": sql}).status_code == 200
    other = desk.person()
    archive = desk.archive()
    assert desk.bring(archive, who=desk.api.session(other)).status_code == 201
    found = desk.api.session(other).get(query.format("Q")).json()
    assert (found["query"], found["acts_as"]) == (sql, other.username)
    assert problem(desk.owner.get(query.format("Q"))) == (404, "not-found")


def test_a_project_with_more_than_an_archive_carries_is_not_exported(desk: ArchiveDesk) -> None:
    with desk.world.store.arranged() as tx:
        app_id = new_id("app", desk.world.now)
        register_node(tx, app_id, NodeKind.APP, "Report", parent_id=desk.project_id, is_numbered=True)
    refused = desk.owner.post("projects/P/export")
    assert problem(refused) == (409, "archive-incomplete")
    assert "app" in refused.json()["detail"]
    assert problem(desk.holder().post("projects/P/export")) == (404, "not-found")


def test_keys_come_in_disabled_until_a_person_gives_them_a_secret(desk: ArchiveDesk) -> None:
    desk.bring(desk.archive())
    key = desk.owner.get("projects/Q/keys").json()["items"][0]
    assert (key["name"], key["is_enabled"], key["permissions"]) == ("robot", False, ["READ_CONF"])
    path = f"projects/Q/keys/{key['id']}"
    secret = desk.owner.post(f"{path}/rotate", {"overlap_seconds": 0}).json()["key"]
    assert problem(desk.by_secret(secret).get("projects/Q"))[0] == 401
    assert desk.owner.patch(path, {"is_enabled": True}).status_code == 200
    assert desk.by_secret(secret).get("projects/Q").status_code == 200


def test_scenarios_act_as_the_importer_and_wait(desk: ArchiveDesk) -> None:
    other = desk.person()
    archive = desk.archive()
    assert desk.bring(archive, who=desk.api.session(other)).status_code == 201
    found = desk.api.session(other).get("projects/Q/scenarios/nightly").json()
    assert (found["acts_as"], found["cron"], found["next_at"]) == (other.username, "0 6 * * *", None)


def test_a_rule_for_a_stranger_lets_nothing_through(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    manifest = manifest_of(archive)
    manifest["datasets"][0]["rules"][0]["who"]["name"] = "nobody"
    answer = desk.bring(planted(archive, manifest))
    assert "nobody" in str(answer.json()["left_out"])
    rules = desk.owner.get("projects/Q/datasets/orders/rules").json()["rules"]
    assert [one["who"]["type"] for one in rules] == ["gone"]
    reader = desk.person()
    desk.world.grant(answer.json()["project"]["id"], reader.id, 1 << Atom.READ_DATA)
    assert desk.api.session(reader).get("projects/Q/datasets/orders/data").json() == []


def test_exporting_takes_administering(desk: ArchiveDesk) -> None:
    refused = desk.holder("WRITE_CONF EXPORT_DATASETS_DATA").post("projects/P/export")
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "ADMIN")
    job = desk.export()
    path = f"projects/P/export/{job['id']}"
    assert problem(desk.holder("WRITE_CONF").get(path))[0] == 403
    assert problem(desk.holder().get(path)) == (404, "not-found")
    assert problem(desk.owner.get("projects/P/export/job_" + "0" * 24)) == (404, "not-found")
    for one in desk.folder.glob("*.gz"):
        one.unlink()
    assert problem(desk.owner.get(path)) == (404, "export-gone")


def test_an_export_that_is_not_written_is_not_fetched(desk: ArchiveDesk) -> None:
    asked = desk.owner.post("projects/P/export").json()
    assert problem(desk.owner.get(f"projects/P/export/{asked['id']}")) == (409, "export-not-ready")
    assert desk.owner.delete(f"jobs/{asked['id']}").json()["state"] == "cancelled"
    desk.runner.step()
    assert desk.runner.wait(60)
    assert list(desk.folder.glob("*.gz")) == []


def test_whoever_lost_the_right_meanwhile_gets_no_archive(desk: ArchiveDesk) -> None:
    admin = desk.person()
    desk.world.grant(desk.project_id, admin.id, 1 << Atom.ADMIN)
    caller = desk.api.session(admin)
    asked = caller.post("projects/P/export").json()
    desk.strip(admin)
    desk.runner.step()
    assert desk.runner.wait(60)
    assert caller.get(f"jobs/{asked['id']}").json()["state"] == "failed"
    assert list(desk.folder.glob("*.gz")) == []


def test_importing_takes_making_projects(desk: ArchiveDesk) -> None:
    archive = desk.archive()
    refused = desk.bring(archive, who=desk.api.session(desk.person("viewer")))
    assert (problem(refused), refused.json()["missing"]) == ((403, "denied"), "CREATE")
    assert problem(desk.bring(archive, key="P")) == (409, "project-exists")
    assert problem(desk.bring(archive, key="lower"))[0] == 400
