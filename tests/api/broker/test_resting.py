"""Sessions rest between two calls: the next one signs in no more, and finds nothing of the one before."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from source_servers import DATABASE, PASSWORD, Source
from waiting import until
from world import Person

from gatepost_server import connections, instance, vault
from gatepost_server.authz import Hidden
from gatepost_server.broker.idling import Idle
from gatepost_server.connections import Bounds, Failure, Sql, StatementFailed, Write
from gatepost_server.kernel.secret import Secret
from gatepost_server.vault import CredentialType

from .conftest import Rig, login, serving
from .test_stored_logins import stored

FEW = Bounds(rows=100)


class Steps:
    """Steady seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return them."""
        return self.now


@pytest.fixture
def steps() -> Steps:
    """The time that sessions rest by."""
    return Steps()


@pytest.fixture
def idle(steps: Steps) -> Iterator[Idle]:
    """Those that rest; they leave with the test."""
    made = Idle(steady=steps)
    yield made
    steps.now += 10_000
    made.sweep()


@pytest.fixture
def quick(rig: Rig, idle: Idle, tmp_path, postgresql: Source) -> Iterator[Rig]:
    """A broker whose resting sessions a test can see."""
    desk = replace(rig.desk, idle=idle)
    rig.allow(postgresql.port)
    path = tmp_path / "resting.sock"
    with serving(path, desk):
        yield replace(rig, client=type(rig.client)(path), desk=desk)


@pytest.fixture
def ada(rig: Rig) -> Person:
    """Who stores a credential."""
    return rig.world.person("ada", "publisher")


class Asking:
    """Calls of one person with one login."""

    def __init__(self, rig: Rig, who: Person, source: Source, **params: object) -> None:
        self.rig, self.who = rig, who
        self.target, self.using = stored(rig, who, {**source.params, **params})

    def one(self, text: str, *values: object, bounds: Bounds | None = FEW) -> object:
        """Return the only value of the only row."""
        asked = Sql(text, values)
        with self.rig.client.stream(self.who.actor, self.target, self.using, asked, bounds) as batches:
            (batch,) = batches  # to the end: who leaves before it cancels
        return batch.column(0)[0].as_py()

    @property
    def backend_pid(self) -> object:
        """The server's process that answers now, once the call before came to rest."""
        return self.one("SELECT pg_backend_pid()")


def there(source: Source) -> int:
    """Return how many sessions of ours the server has."""
    counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gatepost'"
    where = {"host": "localhost", "port": source.port, "dbname": DATABASE, "user": "reader"}
    with psycopg.connect(**where, password=PASSWORD, sslmode="require") as connection:  # type: ignore[arg-type]
        return int((connection.execute(counted).fetchone() or (0,))[0])


def rests(idle: Idle, count: int = 1) -> None:
    """Wait until so many rest: a call comes to rest after its answer."""
    until(lambda: len(idle) == count)


def test_the_next_call_signs_in_no_more_and_finds_nothing_of_the_one_before(quick, idle, ada, postgresql):
    ask = Asking(quick, ada, postgresql)
    first = ask.backend_pid
    rests(idle)
    ask.one("SELECT set_config('application_name', $1, false)", "left behind")
    rests(idle)
    ask.one("SELECT pg_advisory_lock($1)::text", 42)
    rests(idle)
    assert ask.backend_pid == first
    rests(idle)
    assert ask.one("SELECT current_setting('application_name')") == "gatepost"
    rests(idle)
    assert ask.one("SELECT count(*) FROM pg_locks WHERE locktype = $1", "advisory") == 0


def test_a_read_after_a_write_cannot_write(quick, idle, ada, postgresql):
    postgresql.run("CREATE TABLE rested (n int); GRANT ALL ON rested TO PUBLIC")
    ask = Asking(quick, ada, postgresql)
    first = ask.backend_pid
    rests(idle)
    written = Write("INSERT INTO rested VALUES ($1)", (7,))
    assert quick.client.write(ada.actor, ask.target, ask.using, written) == 1
    rests(idle)
    assert (ask.backend_pid, ask.one("SELECT n FROM rested")) == (first, 7)
    rests(idle)
    assert ask.one("SELECT current_setting('transaction_read_only')") == "on"
    postgresql.run("DROP TABLE rested")


@pytest.mark.parametrize("changed", ["secret", "user", "target"])
def test_what_is_not_alike_signs_in_for_itself(quick, idle, ada, postgresql, changed):
    ask = Asking(quick, ada, postgresql)
    first = ask.backend_pid
    rests(idle)
    if changed == "target":
        changes = connections.Changes(params={**postgresql.params, "tls": "require"})
        with quick.world.begin(ada) as tx:
            connections.edit_connection(tx, ask.target.connection_id, changes)
            connections.associate(tx, ask.target.connection_id, ask.using.credential_id)
        with quick.world.read(ada) as tx:
            ask.target = connections.usable_target(tx, ask.target.connection_id)
        assert ask.backend_pid != first
    else:
        with quick.world.begin(ada) as tx:
            other = vault.save_credential(
                tx, quick.desk.safe, "Other", CredentialType.BASIC,
                "nobody" if changed == "user" else "reader", {"password": Secret("not this one")},
            )  # fmt: skip
            connections.associate(tx, ask.target.connection_id, other.id)
        ask.using = connections.StoredLogin(other.id)
        with pytest.raises(StatementFailed) as refused:
            ask.one("SELECT 1")
        assert refused.value.failure is Failure.LOGIN_REFUSED


def test_who_has_no_right_gets_no_session_that_rests(quick, idle, ada, postgresql):
    ask = Asking(quick, ada, postgresql)
    ask.one("SELECT 1")
    rests(idle)
    bob = quick.world.person("bob", "publisher")
    with (
        pytest.raises(Hidden),
        quick.client.stream(bob.actor, ask.target, ask.using, Sql("SELECT 1"), FEW) as batches,
    ):
        next(batches)
    assert len(idle) == 1


def test_an_address_that_may_be_dialed_no_more_is_not_reached_by_who_rests_there(
    quick, idle, ada, postgresql
):
    ask = Asking(quick, ada, postgresql)
    ask.one("SELECT 1")
    rests(idle)
    with quick.world.begin(quick.root) as tx:
        instance.change_egress(tx, [])
    with pytest.raises(StatementFailed) as refused:
        ask.one("SELECT 1")
    assert refused.value.failure is Failure.CANNOT_CONNECT
    assert len(idle) == 0


def test_a_session_that_the_server_ended_is_not_used_again(quick, idle, ada, postgresql):
    ask = Asking(quick, ada, postgresql)
    first = ask.backend_pid
    rests(idle)
    postgresql.run(f"SELECT pg_terminate_backend({first})")
    assert ask.backend_pid != first


def test_what_is_told_once_is_used_once(quick, idle, postgresql):
    with quick.world.begin(quick.root) as tx:
        made = connections.create_connection(tx, "Shop", "postgresql", postgresql.params)
    with quick.world.read(quick.root) as tx:
        target = connections.usable_target(tx, made.id)
    with quick.client.stream(quick.actor, target, login(), Sql("SELECT 1"), FEW) as batches:
        assert sum(batch.num_rows for batch in batches) == 1
    quick.client.schemas(quick.actor, target, login())
    assert len(idle) == 0


def test_what_was_cancelled_or_refused_does_not_rest(quick, idle, ada, postgresql):
    ask = Asking(quick, ada, postgresql)
    with pytest.raises(StatementFailed):
        ask.one("SELECT 1 / $1", 0)
    stream = quick.client.stream(
        ada.actor, ask.target, ask.using, Sql("SELECT pg_sleep($1)::text", (600,)), Bounds(rows=5)
    )
    with stream as batches:
        assert batches.schema is not None
        assert not batches.is_ready(0.3)
    until(lambda: there(postgresql) == 0)
    assert len(idle) == 0


def test_they_leave_after_a_rest_and_after_a_life(quick, idle, steps, ada, postgresql):
    ask = Asking(quick, ada, postgresql)
    first = ask.backend_pid
    rests(idle)
    for _ in range(11):
        steps.now += 29
        assert (steps.now > 100 + 300) or ask.backend_pid == first
        rests(idle)
    assert ask.backend_pid != first, "it lasts five minutes"
    rests(idle)
    steps.now += 31
    idle.sweep()
    assert len(idle) == 0
    until(lambda: there(postgresql) == 0)


def test_no_more_rest_than_agreed_and_the_oldest_goes(quick, idle, ada, postgresql):
    idle.alike, idle.most = 2, 3
    ask, other = Asking(quick, ada, postgresql), Asking(quick, ada, postgresql, tls="require")
    asked = [threading.Thread(target=ask.one, args=("SELECT pg_sleep($1)::text", 0.5)) for _ in range(4)]
    for one in asked:
        one.start()
    for one in asked:
        one.join()
    rests(idle, 2)
    other.one("SELECT 1")
    rests(idle, 3)
