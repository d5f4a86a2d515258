"""A data connection in an application's environment: its password, and a way to the database; with walls."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from callers import Caller, People, pack, path_of, with_key
from instances import Instance
from source_desk import connected, let_to
from source_servers import PASSWORD, Source, postgres_source
from waiting import until

pytestmark = pytest.mark.e2e

APP = """
import os
import psycopg
from fastapi import FastAPI

app = FastAPI()
held = []
names = [name for name in os.environ if name.startswith("GATEPOST_CONNECTION_")]

@app.get("/")
def everything():
    with psycopg.connect(os.environ["GATEPOST_CONNECTION_ORDERS_URL"]) as found:
        query = "SELECT (SELECT count(*) FROM orders), ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        row = found.execute(query)
        return {"row": row.fetchone(), "names": sorted(names)}

@app.get("/hold")
def hold():
    held.append(psycopg.connect(os.environ["GATEPOST_CONNECTION_ORDERS_URL"], autocommit=True))
    return held[-1].execute("SELECT 1").fetchone()

@app.get("/held")
def again():
    try:
        return {"row": held[-1].execute("SELECT 2").fetchone()}
    except psycopg.Error:
        return {"row": None}

@app.get("/anew")
def anew():
    try:
        psycopg.connect(os.environ["GATEPOST_CONNECTION_ORDERS_URL"]).close()
    except psycopg.Error as error:
        return {"said": str(error)}

@app.get("/names")
def what():
    return sorted(names)
"""


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    """A PostgreSQL with three orders, which takes TLS alone."""
    with postgres_source() as started:
        started.run(
            "CREATE TABLE orders AS SELECT generate_series(1, 3) AS id; GRANT SELECT ON orders TO PUBLIC"
        )
        yield started


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance without examples."""
    running = Instance(tmp_path_factory.mktemp("given") / "data", "--no-demo")
    yield running
    running.close()


@pytest.fixture(scope="module")
def root(house: Instance, source: Source) -> Caller:
    """The administrator, who lets connections lead to the source."""
    return let_to(source, house)


@pytest.fixture(scope="module")
def people(house: Instance, root: Caller) -> People:
    """Makes people."""
    return People(house, root)


@pytest.fixture(scope="module")
def ada(people: People) -> Caller:
    """Who has a database and an application."""
    return people.someone()


@pytest.fixture(scope="module")
def shop(ada: Caller, source: Source) -> dict[str, str]:
    """Ada's connection and credential, by what they are."""
    return connected(ada, source)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application's files."""
    found = tmp_path_factory.mktemp("orders")
    (found / "app.py").write_text(APP)
    (found / "requirements.txt").write_text("fastapi\npsycopg[binary]\n")
    return found


@pytest.fixture(scope="module")
def app(ada: Caller, shop: dict[str, str], folder: Path) -> dict[str, Any]:
    """Ada's running application, which was given the password before its last start."""
    made = ada.publish(folder, name="Orders")
    ada.settled(made["id"], "running")
    ada.ok("PUT", f"apps/{made['id']}/connections/orders", {**shop, "environment": True})
    return _restarted(ada, made)


@pytest.fixture(scope="module")
def get(house: Instance, ada: Caller, app: dict[str, Any]) -> Callable[[str], Any]:
    """Asks the application by a key of Ada's."""
    caller = with_key(house, ada.make_key("asks")["key"])

    def ask(path: str) -> Any:
        answer = caller.get(path_of(app["content_url"]) + path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def _restarted(owner: Caller, app: dict[str, Any]) -> dict[str, Any]:
    owner.ok("POST", f"apps/{app['id']}/restart")
    return owner.settled(app["id"], "running")


def test_its_own_driver_signs_in_over_tls(get: Callable[[str], Any]) -> None:
    found = get("")
    names = [
        f"GATEPOST_CONNECTION_ORDERS_{one}" for one in ["DATABASE", "HOST", "PASSWORD", "PORT", "URL", "USER"]
    ]
    assert found == {"row": [3, True], "names": names}


def test_that_it_was_given_is_in_the_trail_and_the_password_nowhere(
    ada: Caller, root: Caller, app: dict[str, Any]
) -> None:
    entries = root.ok("GET", "audit?action=connection:sign-in&limit=20")["items"]
    assert any(one["changes"]["after"]["for"] == "app environment" for one in entries)
    assert PASSWORD not in str(entries) + str(ada.ok("GET", f"apps/{app['id']}/connections"))


def test_what_is_taken_back_is_cut_and_not_opened_again(
    ada: Caller, shop: dict[str, str], app: dict[str, Any], get: Callable[[str], Any]
) -> None:
    assert (get("hold"), get("held")) == ([1], {"row": [2]})
    ada.ok("DELETE", f"apps/{app['id']}/connections/orders")
    until(lambda: get("held")["row"] is None, 10)
    assert "Gatepost: The application has no connection of this name" in get("anew")["said"]
    ada.ok("PUT", f"apps/{app['id']}/connections/orders", {**shop, "environment": True})
    assert get("hold") == [1], "the way is there again, for what was given at the start"


def test_what_somebody_else_deploys_does_not_get_it(
    people: People,
    ada: Caller,
    shop: dict[str, str],
    app: dict[str, Any],
    folder: Path,
    get: Callable[[str], Any],
) -> None:
    ben = people.someone()
    grant = {"to": {"type": "user", "name": ben.username}, "role": "editor"}
    for thing in (f"apps/{app['id']}", f"sources/{app['source_id']}"):
        ada.ok("POST", f"{thing}/grants", grant)
    assert (
        ben.api("PUT", f"apps/{app['id']}/connections/mine", {**shop, "environment": True}).status_code == 404
    )
    ben.ok("POST", f"sources/{app['source_id']}/versions", files={"bundle": pack(folder)})
    ben.ok("POST", f"apps/{app['id']}/deploy", {"source_version": 2, "confirmed_authors": []})
    until(lambda: get("names") == [], 60)
    said = ada.api("GET", f"apps/{app['id']}/logs", params={"q": "in the environment"}).text
    assert "orders is not in the environment" in said
