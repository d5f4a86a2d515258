"""Dashboards and archives without scripts: every form, every refusal; on the real control plane."""

from collections.abc import Iterator
from typing import Any

import pytest
from control_plane import ControlPlane
from page_visitor import Person, signed_in
from stores import ORIGIN, SYSTEM

from gatepost_server import bootstrap
from gatepost_server.bootstrap.jobs import revive
from gatepost_server.jobs import Runner
from gatepost_server.projects import ProjectExports, Shelf

pytestmark = pytest.mark.e2e

CSV = "region,amount\nnorth,10\nsouth,20\nnorth,5\n"


@pytest.fixture
def worker(plain_house: ControlPlane) -> Iterator[Runner]:
    """Somebody who writes the exports that wait, when told to."""
    base = bootstrap.Foundation.lay(plain_house.settings)
    kind = ProjectExports(base.folders.exports, Shelf(base.folders.datasets))
    runner = Runner(base.uow, (SYSTEM, ORIGIN), {kind.name: kind}, revive, name="tests")
    yield runner
    runner.close()
    base.uow.engine.dispose()


@pytest.fixture(scope="module")
def project(admin: Person) -> str:
    """The address of a project with the dataset `sold`."""
    made = admin.send("/projects/new", {"name": "Boards", "description": ""})
    files = {"bundle": ("sold.csv", CSV.encode(), "text/csv")}
    admin.send(f"{made.url.path}/datasets/new", {"name": "sold"}, files=files)
    return str(made.url.path)


@pytest.fixture(scope="module")
def board(admin: Person, project: str) -> str:
    """The address of a dashboard with a tile of every kind but applications."""
    made = admin.send(f"{project}/dashboards/new", {"name": "North and south"})
    here = str(made.url.path).removesuffix("/edit")
    for tile in (
        {"type": "table", "title": "Sold", "dataset": "sold", "columns": "", "limit": "", "width": "half"},
        {"type": "chart", "title": "By region", "dataset": "sold", "kind": "bar", "x": "region",
         "y": "amount", "aggregate": "sum", "width": "half"},
        {"type": "chart", "title": "Shares", "dataset": "sold", "kind": "pie", "x": "region",
         "y": "", "aggregate": "count", "width": "third"},
        {"type": "text", "title": "", "text": "## Hello\n\n<b>raw</b> *words*", "width": "full"},
    ):  # fmt: skip
        answer = admin.send(f"{here}/tiles/new", tile)
        assert answer.status_code == 200, answer.text
    return here


@pytest.fixture(scope="module")
def vera(admin: Person, plain_house: ControlPlane, project: str) -> Iterator[Person]:
    """Somebody who may see the project's dashboards and nothing else."""
    body = {"username": "vera", "email": "vera@example.com", "display_name": "Vera", "role": "viewer"}
    admin.api("POST", "users", json={**body, "password": "for the first day"})
    key = project.rpartition("/")[2]
    held: list[dict[str, Any]] = admin.api("GET", f"projects/{key}/permissions")["grants"]
    grants = [
        {"to": {"type": one["to"]["type"], "name": one["to"]["name"]}, "role": one["role"]} for one in held
    ]
    vera: dict[str, Any] = {"to": {"type": "user", "name": "vera"}, "permissions": ["READ_DASHBOARDS"]}
    admin.api("PUT", f"projects/{key}/permissions", json={"grants": [*grants, vera]})
    person = signed_in(plain_house.url, "vera", "for the first day")
    yield person
    person.client.close()


def test_a_dashboard_shows_its_tiles(admin: Person, board: str) -> None:
    page = admin.see(board)
    assert page.status_code == 200
    assert "By region" in page.text
    assert "north: 15" in page.text
    assert 'role="img"' in page.text
    assert "<em>words</em>" in page.text
    assert "<b>raw</b>" not in page.text
    assert "Content-Security-Policy".lower() in page.headers


def test_a_new_project_says_how_to_begin(admin: Person) -> None:
    made = admin.send("/projects/new", {"name": "Bare", "description": ""})
    assert "No dashboards yet" in admin.see(f"{made.url.path}/dashboards").text
    twice = admin.send(f"{made.url.path}/dashboards/new", {"name": ""})
    assert twice.status_code == 400


def test_a_faulty_tile_leads_back_to_its_form(admin: Person, board: str) -> None:
    before = len(admin.see(f"{board}/edit").text.split("gp-nr")) - 1
    for tile in (
        {"type": "table", "dataset": "nothing"},
        {"type": "table", "dataset": "sold", "limit": "many"},
        {"type": "chart", "dataset": "sold", "kind": "bar", "x": "region", "y": "", "aggregate": "sum"},
    ):
        answer = admin.send(f"{board}/tiles/new", {"title": "Mine", "width": "half", **tile})
        assert answer.status_code == 400
        assert 'value="Mine"' in answer.text
    assert len(admin.see(f"{board}/edit").text.split("gp-nr")) - 1 == before


def test_tiles_are_moved_changed_and_removed(admin: Person, project: str) -> None:
    made = admin.send(f"{project}/dashboards/new", {"name": "Moving"})
    here = str(made.url.path).removesuffix("/edit")
    for text in ("one", "two"):
        admin.send(f"{here}/tiles/new", {"type": "text", "title": text, "text": text, "width": "full"})
    admin.send(f"{here}/tiles/1/up", {})
    admin.send(f"{here}/tiles/0/edit", {"type": "text", "title": "new", "text": "x", "width": "third"})
    key = project.rpartition("/")[2]
    found = admin.api("GET", f"projects/{key}/dashboards/Moving")["tiles"]
    assert [(one["title"], one["width"]) for one in found] == [("new", "third"), ("one", "full")]
    old = admin.send(f"{here}/tiles/0/remove?seen=1", {})
    assert "changed meanwhile" in old.text
    admin.send(f"{here}/tiles/0/remove", {})
    assert len(admin.api("GET", f"projects/{key}/dashboards/Moving")["tiles"]) == 1
    assert "It is called Moved now." in admin.send(f"{here}/rename", {"name": "Moved"}).text
    assert "Moved is deleted." in admin.send(f"{here}/delete", {}).text
    assert admin.see(here).status_code == 404


def test_what_a_viewer_may_not_see_is_said_until_it_is_authorized(
    admin: Person, vera: Person, project: str, board: str
) -> None:
    page = vera.see(board)
    assert page.text.count("You may not see this tile") == 3
    assert "north: 15" not in page.text
    assert vera.see(f"{board}/edit").status_code == 403
    here = f"{project}/settings/dashboards"
    assert vera.see(here).status_code == 403
    assert "sold is authorized." in admin.send(f"{here}/new", {"dataset": "sold"}).text
    assert "Seen with the rights of" in vera.see(board).text
    assert admin.send(f"{here}/new", {"dataset": "nothing"}).status_code == 400
    key = project.rpartition("/")[2]
    dataset = admin.api("GET", f"projects/{key}/datasets/sold")["id"]
    admin.send(f"{here}/{dataset}/remove", {})
    assert "north: 15" not in vera.see(board).text


def test_a_dashboard_is_shared_by_its_dialog(admin: Person, vera: Person, board: str) -> None:
    said = admin.send(f"{board}/access/add", {"who": "vera", "role": "editor", "ends": "", "until": ""})
    assert "is shared" in said.text
    assert "Vera" in admin.see(f"{board}/access").text
    assert vera.see(f"{board}/access").status_code == 403


def test_a_project_goes_out_and_comes_in_again(
    admin: Person, vera: Person, project: str, worker: Runner
) -> None:
    here, key = f"{project}/settings/export", project.rpartition("/")[2]
    assert vera.see(here).status_code == 403
    assert "is being written" in admin.send(here, {}).text
    worker.step()
    assert worker.wait(60)
    assert "Download" in admin.see(here).text
    job = admin.api("GET", "jobs")["items"][0]["id"]
    archive = admin.see(f"{here}/{job}").content
    files = {"bundle": ("p.tar.gz", archive, "application/gzip")}
    assert admin.send("/projects/import", {"key": key, "name": ""}, files=files).status_code == 400
    come = admin.send("/projects/import", {"key": "COME_IN", "name": "Come in"}, files=files)
    assert come.url.path == "/projects/COME_IN"
    assert "COME_IN is there" in come.text
    bad = {"bundle": ("p.tar.gz", archive[:100], "application/gzip")}
    assert admin.send("/projects/import", {"key": "BAD", "name": ""}, files=bad).status_code == 400


def test_a_tile_of_another_projects_dataset_takes_its_exposure(admin: Person, project: str) -> None:
    stock = str(admin.send("/projects/new", {"name": "Stock", "description": ""}).url.path)
    files = {"bundle": ("items.csv", CSV.encode(), "text/csv")}
    admin.send(f"{stock}/datasets/new", {"name": "items"}, files=files)
    here = str(admin.send(f"{project}/dashboards/new", {"name": "Borrowed"}).url.path).removesuffix("/edit")
    tile = {"type": "table", "title": "", "dataset": "items", "from_project": "STOCK", "width": "half"}

    refused = admin.send(f"{here}/tiles/new", tile)
    admin.api("POST", "projects/STOCK/exposed", json={"dataset": "items", "to_project": "BOARDS"})
    added = admin.send(f"{here}/tiles/new", tile)

    assert refused.status_code == 400
    assert "STOCK does not expose items to this project." in refused.text
    assert "The tiles are saved." in added.text
    assert "north" in admin.see(here).text
