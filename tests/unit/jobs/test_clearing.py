"""What the worker clears away by itself, all in one transaction, which nothing may spoil for the others."""

from datetime import timedelta

from stores import Store

from gatepost_server.bootstrap.worker import CLEARING
from gatepost_server.identity import jobs as identity_jobs
from gatepost_server.kernel.actor import Origin, system_actor


def test_it_may_be_done_where_nothing_is_to_be_cleared(store: Store) -> None:
    """A change that nobody wrote down would be refused, and everything with it, each time anew."""
    with store.uow.begin(system_actor("worker"), Origin("worker")) as tx:
        identity_jobs.sweep(tx, timedelta(hours=8))
        for clear in CLEARING:
            clear(tx)
