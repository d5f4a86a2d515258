"""The broker's socket: who may ask, how calls end, and what nobody is told."""

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from waiting import until

from gatepost_server.authz import Hidden
from gatepost_server.broker import Client, Places, is_answering, wire
from gatepost_server.broker.places import Busy
from gatepost_server.broker.refusals import revived
from gatepost_server.broker.serving import Answerer, Server
from gatepost_server.connections import BrokerSilent, ConnectionType, NoLogin, Target
from gatepost_server.kernel.actor import Actor, ActorKind
from gatepost_server.kernel.errors import GatepostError

NOBODY = Actor(ActorKind.SESSION, None, "nobody")
SECRET = "planted-5b0d-in-a-message"


@contextmanager
def served(path: Path, answer: Answerer, **more: float) -> Iterator[None]:
    server = Server(path, answer, **more)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield
    finally:
        server.close()
        thread.join(5)


@contextmanager
def asking(path: Path, call: object = None) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as asker:
        asker.settimeout(5)
        asker.connect(str(path))
        wire.send_json(asker, wire.CALL, call or {"do": "something"})
        yield asker


def refused(asker: socket.socket) -> GatepostError:
    kind, payload = wire.receive(asker)
    assert kind == wire.REFUSAL
    return revived(wire.decoded(payload))


def nothing(call, to, leash):
    raise AssertionError("not to be asked")


def test_it_answers_pings_on_a_socket_of_our_own(tmp_path):
    path = tmp_path / "b.sock"
    assert not is_answering(path)
    with served(path, nothing):
        assert is_answering(path)
        assert path.stat().st_mode & 0o777 == 0o600
    assert not path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_is_not_answered_even_where_the_socket_can_be_opened(tmp_path):
    program = (
        "import os, socket, sys; os.setuid(65534); s = socket.socket(socket.AF_UNIX); s.settimeout(5)\n"
        "s.connect(sys.argv[1]); s.sendall(b'C\\0\\0\\0\\x0d' + b'{\"do\":\"ping\"}'); print(s.recv(9))"
    )
    path = Path(f"/tmp/gatepost-peer-{os.getpid()}.sock")
    with served(path, nothing):
        path.chmod(0o666)
        said = [_asked_by(program, path), _asked_by(program.replace("os.setuid(65534);", ""), path)]
    assert said[0].strip() in (b"", b"b''")
    assert b"A" in said[1]


def _asked_by(program: str, path: Path) -> bytes:
    argv = [sys.executable, "-I", "-S", "-c", program, str(path)]
    return subprocess.run(argv, check=False, capture_output=True).stdout


@pytest.mark.parametrize(
    "sent", [b"GET / HTTP/1.1\r\n\r\n", b"C\xff\xff\xff\xff", b"C\0\0\0\x02[]", b"A\0\0\0\x02{}", b""]
)
def test_what_is_no_call_is_answered_by_nothing(tmp_path, sent):
    path = tmp_path / "b.sock"
    with served(path, nothing), socket.socket(socket.AF_UNIX) as asker:
        asker.settimeout(5)
        asker.connect(str(path))
        asker.sendall(sent)
        asker.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert asker.recv(1) == b""
        assert is_answering(path)


def test_a_refusal_arrives_as_it_was(tmp_path):
    def answer(call, to, leash):
        raise Hidden("credential:use", "crd_1")

    with served(tmp_path / "b.sock", answer), asking(tmp_path / "b.sock") as asker:
        found = refused(asker)
    assert isinstance(found, Hidden)
    assert (found.action, found.resource_id, found.detail) == (
        "credential:use", "crd_1", Hidden("x", "y").detail,
    )  # fmt: skip


def test_a_fault_is_told_and_logged_without_the_words_of_a_driver(tmp_path, caplog):
    def answer(call, to, leash):
        raise RuntimeError(SECRET)

    with (
        caplog.at_level(logging.INFO),
        served(tmp_path / "b.sock", answer),
        asking(tmp_path / "b.sock") as asker,
    ):
        found = refused(asker)
        assert found.error_code == "broker-silent"
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text + found.detail


def test_a_call_ends_when_its_asker_goes(tmp_path):
    started, cancelled = threading.Event(), threading.Event()

    def answer(call, to, leash):
        leash.hold(cancelled.set)
        started.set()
        assert cancelled.wait(5)
        assert leash.is_cut

    with served(tmp_path / "b.sock", answer):
        with asking(tmp_path / "b.sock"):
            assert started.wait(5)
            assert not cancelled.is_set()
        assert cancelled.wait(5)


def test_more_calls_than_it_takes_are_refused_at_once_and_pings_are_not(tmp_path):
    taken, go = threading.Event(), threading.Event()

    def answer(call, to, leash):
        taken.set()
        go.wait(5)
        wire.send_json(to, wire.ANSWER, "done")

    path = tmp_path / "b.sock"
    with served(path, answer, most=1, waits=0), asking(path) as first:
        assert taken.wait(5)
        with asking(path) as second:
            busy = refused(second)
            assert (busy.error_code, busy.retry_after_s) == ("broker-busy", 1)
        assert is_answering(path)
        go.set()
        assert wire.receive(first)[0] == wire.ANSWER
        until(lambda: _is_taken(path), 5)


def test_nobody_takes_every_place(tmp_path):
    go = threading.Event()

    def answer(call, to, leash):
        wire.send_json(to, wire.ANSWER, "begun")
        go.wait(5)

    path = tmp_path / "b.sock"
    with served(path, answer, most=3, of_one=2, waits=0), ExitStack() as asked:

        def ask(whose):
            return asked.enter_context(asking(path, {"do": "something", "for": whose}))

        for _ in range(2):
            assert wire.receive(ask("usr_1"))[0] == wire.ANSWER
        assert refused(ask("usr_1")).error_code == "broker-busy"
        assert wire.receive(ask("usr_2"))[0] == wire.ANSWER
        go.set()
        until(lambda: wire.receive(ask("usr_1"))[0] == wire.ANSWER, 5)


def test_short_calls_of_one_person_come_one_after_the_other(tmp_path):
    def answer(call, to, leash):
        wire.send_json(to, wire.ANSWER, "done")

    path = tmp_path / "b.sock"
    with served(path, answer, most=8, of_one=1, waits=30), ExitStack() as asked:
        every = [asked.enter_context(asking(path, {"do": "something", "for": "usr_1"})) for _ in range(8)]
        assert [wire.receive(one)[0] for one in every] == [wire.ANSWER] * 8


def test_no_more_wait_than_there_are_places():
    places, waits = Places(1, 1, waits=30), threading.Event()
    with places.one_for("usr_1"):
        waiting = threading.Thread(target=lambda: _held(places, waits))
        waiting.start()
        until(lambda: places.waiting == 1, 5)
        with pytest.raises(Busy), places.one_for("usr_2"):
            pass
        assert not waits.is_set()
    waiting.join(5)
    assert waits.is_set()


def _held(places: Places, held: threading.Event) -> None:
    with places.one_for("usr_1"):
        held.set()


def test_who_waits_for_it_is_bounded_by_person_and_over_all_before_it_is_asked(tmp_path):
    places = Places(2, 1)
    asked = replace(NOBODY, principal_id="usr_1")
    client = Client(tmp_path / "nobody.sock", places=places)

    def look(actor):
        client.schemas(actor, Target("org_1", "con_1", ConnectionType.SQLITE, {}), NoLogin())

    with pytest.raises(BrokerSilent):
        look(asked)
    with places.one_for("usr_1"):
        with pytest.raises(Busy) as refused:
            look(asked)
        assert refused.value.retry_after_s == 1
        other = replace(asked, principal_id="usr_2")
        with pytest.raises(BrokerSilent):
            look(other)
        with places.one_for("usr_3"), pytest.raises(Busy):
            look(other)
    with pytest.raises(BrokerSilent):
        look(asked)


def _is_taken(path: Path) -> bool:
    with asking(path) as asker:
        return wire.receive(asker)[0] == wire.ANSWER


def test_it_forbids_core_dumps_and_tracing_and_leaves_drivers_nothing_to_find():
    program = (
        "import os, resource\n"
        "from gatepost_server.broker.hardening import harden\n"
        "harden()\n"
        "import ctypes; traced = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)\n"
        "print(traced, resource.getrlimit(resource.RLIMIT_CORE),"
        " sorted(name for name in os.environ if name.startswith(('PG', 'MYSQL', 'AWS'))), os.environ['HOME'])"
    )
    planted = {"PGSERVICE": "x", "PGOPTIONS": "x", "MYSQL_PWD": "x", "AWS_PROFILE": "x"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | planted, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0 (0, 0) [] /nonexistent"
