"""Several authorizers behind one Envoy: one that is killed costs no request, since another answers."""

import signal
import threading
import time
from collections import Counter
from http.client import HTTPConnection

import pytest
from gate_house import await_authorizer, gate_house, start_authorizer

from gatepost_server.gateway import receipts

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with gate_house(tmp_path_factory.mktemp("two"), apart=True, gate_workers=2) as started:
        yield started


@pytest.fixture(scope="module")
def called(house):
    """Return an app's path and the header of somebody who may call it."""
    ann = house.person("ann")
    app = house.publish(ann, "several")
    return f"/content/{app.number}/", {"authorization": f"Key {house.key(ann)}"}


def ask(house, path, headers):
    connection = HTTPConnection("127.0.0.1", house.port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


class Load:
    """Four callers that ask again and again while the block lasts; counts the answers."""

    def __init__(self, house, path, headers):
        self.statuses = Counter()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(house, path, headers)) for _ in range(4)]

    def _call(self, house, path, headers):
        connection = HTTPConnection("127.0.0.1", house.port, timeout=20)
        while not self._over.is_set():
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            self.statuses[answer.status] += 1
        connection.close()

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def await_more(self, count):
        """Return once *count* more were answered."""
        wanted, end = self.statuses.total() + count, time.monotonic() + 60
        while self.statuses.total() < wanted:
            assert time.monotonic() < end, self.statuses
            time.sleep(0.02)


def test_a_receipt_names_every_gate_that_answered(house):
    receipt = receipts.collect(house.base.folders, house.base.clock, epoch=1)
    assert len({gate.id for gate in receipt.gates}) == 2


@pytest.mark.parametrize("number", [1, 2])
def test_a_killed_authorizer_costs_no_request(house, called, number):
    """The other one is asked again what it had in hand, and answers alone until both do."""
    with Load(house, *called) as load:
        load.await_more(50)
        house.authorizers[number - 1].send_signal(signal.SIGKILL)
        house.authorizers[number - 1].wait(10)
        load.await_more(200)
        receipt = receipts.collect(house.base.folders, house.base.clock, epoch=1)
        load.await_more(100)
        house.base.folders.authorizer_socket(number).unlink()
        house.authorizers[number - 1] = start_authorizer(house.base, number)
        await_authorizer(house.base, number)
        load.await_more(100)
    assert set(load.statuses) == {200}
    assert len(receipt.gates) == 1


def test_with_none_alive_nothing_passes_and_with_one_again_it_does(house, called):
    for process in house.authorizers:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert {ask(house, *called) for _ in range(5)} == {503}
    for number in (1, 2):
        house.base.folders.authorizer_socket(number).unlink()
        house.authorizers[number - 1] = start_authorizer(house.base, number)
    for number in (1, 2):
        await_authorizer(house.base, number)
    end = time.monotonic() + 10
    while (status := ask(house, *called)) != 200:
        assert status == 503
        assert time.monotonic() < end
        time.sleep(0.05)
