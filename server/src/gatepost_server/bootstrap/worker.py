"""The worker of this instance: what is done again and again in the background."""

import asyncio
from functools import partial
from typing import Final

from gatepost_server.approvals import (
    erase_over,
    give_notice,
    is_anything_untold,
    is_notice_due,
    tell_deciders,
)
from gatepost_server.apps import Desk, sweep_sources
from gatepost_server.authn import sweep_visits
from gatepost_server.bootstrap.approvals import request_kinds
from gatepost_server.bootstrap.foundation import Foundation
from gatepost_server.bootstrap.jobs import runner_of
from gatepost_server.bootstrap.log_levels import follow_log_levels
from gatepost_server.bootstrap.mail import post_of
from gatepost_server.bootstrap.scenarios import dataset_feeds, scenario_runs
from gatepost_server.clients import endings, sweep_secrets
from gatepost_server.dataapis import sweep_calls
from gatepost_server.gateway.certificates import renew_certificate
from gatepost_server.gateway.envoy.desired import gate_of
from gatepost_server.gateway.keeper import Keeper
from gatepost_server.identity import jobs as identity_jobs
from gatepost_server.jobs import JobKind, sweep_jobs
from gatepost_server.kernel.actor import Actor, Origin, system_actor
from gatepost_server.keys import forget_old_callers
from gatepost_server.notify import Courier
from gatepost_server.projects import ProjectExports, Shelf, start_due, sweep_datasets, sweep_exports
from gatepost_server.settings import Settings
from gatepost_server.sharing import sweep_guests
from gatepost_server.signing import sweep_nonces
from gatepost_server.store import UnitOfWork
from gatepost_server.worker import Job, repeat_until_stopped

CLEARING: Final = (
    sweep_jobs, sweep_visits, forget_old_callers, sweep_guests, sweep_nonces, sweep_secrets, erase_over,
    sweep_calls,
)  # fmt: skip
"""What takes rows away that nobody needs any more."""


def serve(settings: Settings) -> None:
    """Run every job until SIGTERM; blocks."""
    base = Foundation.lay(settings)
    follow_log_levels(base)
    gate = gate_of(settings, base.folders)
    keeper = Keeper(Desk(base.uow, base.folders, "worker"), gate)
    who = (system_actor("worker"), Origin(request_id="worker", door="worker"))
    courier = Courier(base.uow, who, post_of(base))
    runner = runner_of(base, {one.name: one for one in _work(base)})

    def sweep() -> None:
        with base.uow.begin(*who) as tx:
            identity_jobs.sweep(tx, base.means.session_idle)
            for clear in CLEARING:
                clear(tx)
        sweep_sources(base.uow, who, base.folders)
        sweep_datasets(base.uow, who, Shelf(base.folders.datasets))
        sweep_exports(base.folders.exports)
        courier.sweep()

    repeat_until_stopped(
        [
            Job("clusters", keeper.step, every_s=0.1),
            Job("certificate", partial(asyncio.to_thread, renew_certificate, gate), every_s=5),
            Job("sweep", partial(asyncio.to_thread, sweep), every_s=300),
            Job("mail", partial(asyncio.to_thread, courier.step), every_s=0.5),
            Job(
                "requests", partial(asyncio.to_thread, _tell, base.uow, who, settings.public_url()), every_s=1
            ),
            Job("notices", partial(asyncio.to_thread, give_notices, base, who), every_s=30),
            Job("jobs", partial(asyncio.to_thread, runner.step), every_s=0.2),
            Job("scenarios", partial(asyncio.to_thread, start_due, base.uow, who), every_s=2),
        ]
    )
    runner.close()


def _tell(uow: UnitOfWork, who: tuple[Actor, Origin], url: str) -> None:
    """Tell those who may decide of requests that nobody was told of yet."""
    with uow.read(*who) as tx:
        if not is_anything_untold(tx):
            return
    with uow.begin(*who) as tx:
        tell_deciders(tx, request_kinds(), url)


def give_notices(base: Foundation, who: tuple[Actor, Origin]) -> None:
    """Tell people what of theirs ends soon; a read, as long as nobody is to be told."""
    with base.uow.read(*who) as tx:
        if not is_notice_due(tx, endings(tx)):
            return
    with base.uow.begin(*who) as tx:
        give_notice(tx, endings(tx), base.settings.public_url())


def _work(base: Foundation) -> tuple[JobKind, ...]:
    exports = ProjectExports(base.folders.exports, Shelf(base.folders.datasets))
    return scenario_runs(base), dataset_feeds(base), exports
