"""Processes say over their own sockets whether they are ready."""

import socketserver
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from gatepost_server.admin.plan import Probe
from gatepost_server.admin.readiness import answers, await_ready
from gatepost_server.admin.refusals import PartsNotReady


class Answer(BaseHTTPRequestHandler):
    """Answers 200 at /ready and 503 elsewhere."""

    def do_GET(self):
        self.send_response(200 if self.path == "/ready" else 503)
        self.end_headers()

    def log_message(self, *_):
        """Keep quiet; there is no client address on a unix socket."""


@pytest.fixture
def served(tmp_path):
    """Serve on a unix socket and lend its path."""
    path = tmp_path / "part.sock"
    with socketserver.ThreadingUnixStreamServer(str(path), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield path
        server.shutdown()
        thread.join()


def test_a_part_that_answers_200_is_ready(served):
    assert answers(Probe("part", served, "/ready"))


def test_a_part_that_answers_otherwise_is_not(served):
    assert not answers(Probe("part", served, "/elsewhere"))


def test_a_part_without_a_socket_is_not_ready(tmp_path):
    assert not answers(Probe("part", tmp_path / "none.sock", "/ready"))


def test_waiting_ends_when_all_are_ready(served, tmp_path):
    rounds = []

    def pause():
        rounds.append(1)
        (tmp_path / "late.sock").unlink(missing_ok=True)
        (tmp_path / "late.sock").symlink_to(served)

    probes = [Probe("early", served, "/ready"), Probe("late", tmp_path / "late.sock", "/ready")]
    await_ready(probes, within=5, pause=pause, logs=tmp_path)
    assert rounds == [1]


def test_parts_that_are_late_are_named(served, tmp_path):
    probes = [Probe("fine", served, "/ready"), Probe("late", tmp_path / "none.sock", "/ready")]
    with pytest.raises(PartsNotReady, match=r"seconds: late\. Their logs"):
        await_ready(probes, within=0, pause=lambda: None, logs=tmp_path)
