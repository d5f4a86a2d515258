"""Keys of projects and global keys from Python and the command line, against a real control plane."""

import json
from datetime import timedelta

import pytest
from control_plane import ControlPlane

import gatepost
from gatepost import errors
from gatepost.cli.main import run
from gatepost.connected import Client


@pytest.fixture
def project(admin: Client, request: pytest.FixtureRequest) -> str:
    """A project of this test's own with a dataset, by its key."""
    key = f"K{request.node.name.upper()[:40]}".replace("[", "_").replace("]", "_")
    admin.projects.create(key, "Sales")
    admin.datasets.create(key, "orders")
    return key


def test_a_project_key_is_made_narrowed_and_deleted(
    server: ControlPlane, admin: Client, project: str
) -> None:
    ring = admin.keys.of_project(project)
    made = ring.create("loader", permissions=["READ_CONF"], datasets={"orders": ["READ_DATA"]})
    with gatepost.client(server.url, made.key.reveal()) as program:
        me = program.me.get()
        assert (me.principal.kind, me.role) == ("key", None)
        assert [one.key for one in program.projects.list()] == [project]
        narrowed = ring.set_permissions(made.id, datasets={"orders": ["WRITE_DATA"]})
        assert (narrowed.permissions, narrowed.datasets) == ((), {"orders": ["WRITE_DATA"]})
        with pytest.raises(errors.NotFound):
            program.projects.get(project)
        assert ring.change(made.id, is_enabled=False).status == "disabled"
        with pytest.raises(errors.Unauthenticated):
            program.me.get()
        assert ring.change(made.id, is_enabled=True, name="loader 2").name == "loader 2"
        assert program.me.get().principal.name == "loader 2"
    assert [one.id for one in ring.list(q="loader")] == [made.id]
    assert ring.delete(made.id).revoked
    with pytest.raises(errors.NotFound):
        ring.get(made.id)


def test_a_key_is_rotated_and_its_old_secret_ended(server: ControlPlane, admin: Client, project: str) -> None:
    ring = admin.keys.of_project(project)
    made = ring.create("loader")
    rotated = ring.rotate(made.id, overlap=timedelta(hours=1))
    with gatepost.client(server.url, made.key.reveal()) as program:
        assert program.me.get().principal.id == made.id
        old = ring.get(made.id).old_secret
        assert old is not None
        assert old.ends_at == rotated.old_ends_at
        assert (old.replaced_at is not None, old.other_uses) == (True, 0)
        assert ring.end_old(made.id).revoked
        with pytest.raises(errors.Unauthenticated):
            program.me.get()
    with gatepost.client(server.url, rotated.key.reveal()) as program:
        assert program.me.get().principal.id == made.id
    with pytest.raises(errors.Conflict):
        ring.end_old(made.id)


def test_origins_associated_users_and_sponsors(admin: Client, project: str) -> None:
    ring = admin.keys.of_project(project)
    admin.keys.agree(project)
    made = ring.create("page", run_as="admin", allowed_origins=["https://app.example"])
    assert (made.run_as, made.allowed_origins) == ("admin", ("https://app.example",))
    assert ring.set_origins(made.id, []).allowed_origins == ()
    assert ring.set_run_as(made.id, None).run_as is None
    assert ring.adopt(made.id).sponsor is not None
    assert admin.keys.disagree(project).revoked
    with pytest.raises(errors.Invalid):
        ring.set_run_as(made.id, "nobody-here")


def test_global_keys_and_everybodys(server: ControlPlane, admin: Client, project: str) -> None:
    ring = admin.keys.of_server()
    made = ring.create("robot", projects={project: ["READ_CONF"]}, description="for the backup")
    assert (made.projects, made.global_admin, made.description) == (
        {project: ["READ_CONF"]}, False, "for the backup",
    )  # fmt: skip
    with gatepost.client(server.url, made.key.reveal()) as program:
        with pytest.raises(errors.Denied):
            list(program.keys.everybodys())
        assert ring.set_permissions(made.id, global_admin=True).global_admin
        assert made.id in [one.id for one in program.keys.everybodys(kind="global", q="robot")]
    assert admin.keys.delete_anybodys(made.id).revoked
    with pytest.raises(errors.Invalid):
        ring.create("robot", projects={"NONE": ["READ_CONF"]})


def test_the_command_line_keeps_keys_of_every_kind(
    admin: Client, project: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def ran(*words: str) -> object:
        assert run(["keys", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    of = ("--project", project)
    made = ran("create", "cli", *of, "--allow", "READ_CONF", "--on", "orders=READ_DATA,WRITE_DATA")
    assert isinstance(made, dict)
    assert (made["permissions"], made["datasets"]) == (["READ_CONF"], {"orders": ["READ_DATA", "WRITE_DATA"]})
    ran("create", "cli", "--global", "--on", f"{project}=READ_CONF")
    ran("disable", "cli", *of)
    assert [one.status for one in admin.keys.of_project(project).list()] == ["disabled"]
    ran("enable", "cli", *of)
    ran("rotate", "cli", *of, "--overlap", "1")
    ran("end-old", "cli", *of)
    ran("adopt", "cli", *of)
    assert run(["keys", "list", "--global"]) == 0
    assert "cli" in capsys.readouterr().out
    ran("delete", "cli", "--yes", *of)
    ran("delete", "cli", "--yes", "--global")


@pytest.mark.parametrize(
    "words",
    ["list --project P --global", "create x --global --role viewer", "create x --allow READ_CONF",
     "create x --project P --on orders", "rotate x --overlap 169"],
)  # fmt: skip
def test_what_does_not_go_together_is_said_before_anything_is_done(admin: Client, words: str) -> None:
    assert run(["keys", *words.split()]) == 2
    assert admin.server
