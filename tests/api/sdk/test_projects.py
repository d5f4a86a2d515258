"""Projects and datasets by client and command line, on the real control plane."""

import json
from pathlib import Path

import pytest
from control_plane import ControlPlane

from gatepost import errors
from gatepost.cli.main import run
from gatepost.connected import Client

CSV = "id,name\n1,ann\n2,bob\n"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    file = tmp_path / "orders.csv"
    file.write_text(CSV)
    return file


def test_rows_go_in_and_out_through_the_client(admin: Client, orders: Path) -> None:
    admin.projects.create("CLIENT", "By the client")
    told: list[tuple[int, int]] = []
    made = admin.datasets.put("CLIENT", "orders", orders, progress=lambda *step: told.append(step))
    assert (made.rows, told[-1]) == (2, (len(CSV), len(CSV)))
    assert admin.datasets.put("CLIENT", "orders", orders, append=True).rows == 4
    with admin.datasets.rows("CLIENT", "orders", limit=1, columns=["name"]) as chunks:
        assert json.loads(b"".join(chunks)) == [{"name": "ann"}]
    assert [one.type for one in admin.datasets.schema("CLIENT", "orders").columns] == ["integer", "string"]
    assert admin.datasets.describe("CLIENT", "orders", tags=["sales"]).tags == ("sales",)
    assert [one.name for one in admin.datasets.list("CLIENT")] == ["orders"]
    assert next(one.action for one in admin.projects.timeline("CLIENT")) == "dataset:describe"
    assert admin.projects.set_variables("CLIENT", {"a": [1]}) == {"a": [1]}
    assert admin.projects.get("CLIENT").counts == {"datasets": 1}
    assert admin.datasets.delete("CLIENT", "orders").revoked
    assert admin.projects.delete("CLIENT").revoked
    with pytest.raises(errors.NotFound):
        admin.projects.get("CLIENT")


def test_a_bad_line_is_named_by_the_client(admin: Client, tmp_path: Path) -> None:
    admin.projects.create("BAD", "Bad")
    admin.datasets.create("BAD", "orders", columns=[{"name": "id", "type": "integer"}])
    file = tmp_path / "x.csv"
    file.write_text("id\n1\nx\n")
    with pytest.raises(errors.Invalid) as caught:
        admin.datasets.put("BAD", "orders", file)
    assert [(one.field, one.detail) for one in caught.value.errors] == [
        ("line 3, column id", "“x” is no integer")
    ]
    unknown = tmp_path / "x.doc"
    unknown.write_text("id\n")
    with pytest.raises(errors.Invalid):
        admin.datasets.put("BAD", "orders", unknown)


def test_the_command_line_does_all_of_it(
    admin: Client, orders: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> str:
        code = run(list(arguments))
        out, err = capfd.readouterr()
        assert code == 0, err
        return out

    assert "you administer it" in said("projects", "create", "SHELL", "--name", "Shell")
    assert said("datasets", "put", "SHELL", "orders", str(orders)) == "orders has 2 rows now.\n"
    assert (
        json.loads(said("datasets", "put", "SHELL", "orders", str(orders), "--append", "--json"))["rows"] == 4
    )
    assert said("datasets", "get", "SHELL", "orders", "--limit", "1") == '"id","name"\n"1","ann"\n'
    file = tmp_path / "out.parquet"
    assert "has" in said("datasets", "get", "SHELL", "orders", "--format", "parquet", "-o", str(file))
    assert file.read_bytes()[:4] == b"PAR1"
    assert said("datasets", "schema", "SHELL", "orders").splitlines()[1] == "id      integer"
    declared = said("datasets", "schema", "SHELL", "orders", "--set", "id:integer", "--set", "name:string")
    assert "name    string" in declared
    assert "orders" in said("datasets", "list", "SHELL")
    assert "SHELL" in said("projects", "list", "-q", "shell")
    assert "Shell" in said("projects", "show", "SHELL")
    assert "dataset:write" in said("projects", "timeline", "SHELL")
    wanted = tmp_path / "grants.json"
    grants = [{"to": {"type": "user", "name": "admin"}, "role": "admin"}]
    wanted.write_text(json.dumps({"grants": grants}))
    assert "for good" in said("projects", "permissions", "SHELL", "--set", str(wanted))
    said("projects", "create", "OTHER")
    assert "is exposed to OTHER" in said("projects", "expose", "SHELL", "orders", "--to", "OTHER")
    found = json.loads(said("projects", "exposed", "SHELL", "--json"))["items"]
    assert [(one["direction"], one["to_project"]) for one in found] == [("out", "OTHER")]
    assert "taken back" in said("projects", "unexpose", "SHELL", found[0]["id"])
    assert said("projects", "variables", "SHELL") == "{}\n"
    assert "is deleted" in said("datasets", "delete", "SHELL", "orders", "--yes")
    assert "is deleted" in said("projects", "delete", "SHELL", "--yes")


def test_the_command_line_says_what_is_wrong(
    server: ControlPlane, admin: Client, orders: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(["datasets", "put", "NOSUCH", "orders", str(orders)]) == 5
    assert "nothing here" in capfd.readouterr().err
    assert run(["datasets", "schema", "NOSUCH", "orders", "--set", "id"]) == 2
    assert run(["projects", "variables", "NOSUCH", "--set", str(orders)]) == 2
