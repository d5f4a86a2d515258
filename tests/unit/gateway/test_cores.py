"""How Envoy and the authorizers share the cores."""

import pytest

from gatepost_server.gateway.cores import asked_at_once, envoy_workers


@pytest.mark.parametrize(
    ("authorizers", "cores", "asked", "workers"),
    [(1, 1, 1, 1), (2, 1, 1, 1), (1, 2, 1, 1), (2, 2, 1, 1), (2, 4, 1, 3), (2, 8, 2, 6), (8, 9, 3, 6)],
)
def test_authorizers_with_an_embedded_store_leave_two_thirds_of_the_cores(authorizers, cores, asked, workers):
    assert asked_at_once(authorizers, cores, is_embedded=True) == asked
    assert envoy_workers(authorizers, cores) == workers


def test_authorizers_that_wait_for_another_machine_are_all_asked():
    assert asked_at_once(4, 2, is_embedded=False) == 4
    assert envoy_workers(4, 2) == 1
