"""The runner: takes jobs from the queue and runs each in a thread of its own, a few at a time."""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Final

from gatepost_server.jobs.model import JobState
from gatepost_server.jobs.ports import Cancelled, JobContext, JobKind, Revive
from gatepost_server.jobs.service.leasing import (
    Ending,
    Taken,
    beat,
    end,
    give_back,
    is_wanted,
    take_jobs,
    take_over,
)
from gatepost_server.kernel.actor import Actor, Origin
from gatepost_server.kernel.errors import GatepostError
from gatepost_server.store import ChangeWatch, UnitOfWork, raw_reader

log = logging.getLogger(__name__)

_BEAT_S: Final = 5.0
_LOOK_S: Final = 10.0


class _Slot:
    """A job that runs here, and what goes between its thread and the runner."""

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        self.progress, self.sentence = 0.0, ""
        self.has_news = False
        self.beaten_at = time.monotonic()
        self.stop = threading.Event()
        self.thread: threading.Thread | None = None

    def told(self, progress: float, sentence: str) -> None:
        """Take note; the runner's next heartbeat writes it down."""
        self.progress, self.sentence, self.has_news = progress, sentence, True

    def is_stopping(self) -> bool:
        """Tell whether the job is to end."""
        return self.stop.is_set()


class Runner:
    """Runs jobs of the kinds it was given; any number of workers may have one.

    A job whose worker died is found by its lease: an idempotent one is run again, any
    other ends as failed, with the reason.
    """

    def __init__(
        self,
        uow: UnitOfWork,
        who: tuple[Actor, Origin],
        kinds: Mapping[str, JobKind],
        revive: Revive,
        *,
        name: str,
        slots: int = 4,
    ) -> None:
        self._uow, self._who, self._kinds, self._revive = uow, who, kinds, revive
        self._name, self._count = name, slots
        self._slots: dict[str, _Slot] = {}
        self._watch = ChangeWatch(uow.engine)
        self._looked_at = 0.0
        self._is_closing = False
        self._is_behind = False

    def step(self) -> None:
        """Keep what runs alive, find what is left over, begin what waits; returns soon."""
        for job_id, slot in list(self._slots.items()):
            if slot.thread is not None and not slot.thread.is_alive():
                del self._slots[job_id]
        has_moved = self._watch.has_moved()
        self._beat(has_moved=has_moved)
        free = self._count - len(self._slots)
        is_time = time.monotonic() - self._looked_at >= _LOOK_S
        if free <= 0 or not (has_moved or is_time or self._is_behind):
            self._is_behind = self._is_behind or has_moved
            return
        self._is_behind = False
        self._looked_at = time.monotonic()
        with self._uow.begin(*self._who) as tx:
            take_over(tx, {name: kind.is_idempotent for name, kind in self._kinds.items()}, list(self._slots))
            taken = take_jobs(tx, self._name, list(self._kinds), free)
        for one in taken:
            self._begin(one)

    def wait(self, timeout: float) -> bool:
        """Wait until nothing runs here; tell whether that was reached."""
        until = time.monotonic() + timeout
        for slot in list(self._slots.values()):
            if slot.thread is not None:
                slot.thread.join(max(0.0, until - time.monotonic()))
        return not any(slot.thread and slot.thread.is_alive() for slot in self._slots.values())

    def close(self, patience: float = 5.0) -> None:
        """Stop what runs: it goes back into the queue, or ends as failed; waits *patience* seconds."""
        self._is_closing = True
        for slot in self._slots.values():
            slot.stop.set()
        if not self.wait(patience):
            log.warning("some jobs did not stop in time; their lease will end")
        self._watch.close()

    def _beat(self, *, has_moved: bool) -> None:
        for job_id, slot in self._slots.items():
            now = time.monotonic()
            if not slot.has_news and not has_moved and now - slot.beaten_at < _BEAT_S:
                continue
            with self._uow.read(*self._who) as tx:
                goes_on = is_wanted(tx, self._name, job_id)
            if goes_on and (slot.has_news or now - slot.beaten_at >= _BEAT_S):
                slot.has_news, slot.beaten_at = False, now
                with self._uow.begin(*self._who) as tx:
                    goes_on = beat(tx, self._name, job_id, slot.progress, slot.sentence)
            if not goes_on:
                slot.stop.set()

    def _begin(self, taken: Taken) -> None:
        slot = _Slot(taken)
        # A daemon: a job that hangs in foreign code must not keep the process from ending.
        slot.thread = threading.Thread(target=self._run, args=(slot,), name=taken.job.id, daemon=True)
        self._slots[taken.job.id] = slot
        slot.thread.start()

    def _run(self, slot: _Slot) -> None:
        taken = slot.taken
        kind = self._kinds[taken.job.kind]
        try:
            ending = self._ending_of(slot, kind)
            with self._uow.begin(*self._who) as tx:
                if ending is None:
                    give_back(tx, self._name, taken.job.id, is_idempotent=kind.is_idempotent)
                else:
                    end(tx, self._name, taken.job.id, ending)
        except Exception:
            # The store is away: the lease ends, and whoever finds the job goes on with it.
            log.exception("how job %s ended could not be written down", taken.job.id)

    def _ending_of(self, slot: _Slot, kind: JobKind) -> Ending | None:
        """Run a job and say how it ended; None when it was stopped with this worker."""
        taken = slot.taken
        try:
            with raw_reader(self._uow.engine) as reader:
                actor = self._revive(reader, taken.actor, taken.origin, self._uow.clock.now())
            result = kind.run(JobContext(taken.job, actor, taken.origin, self._uow, slot, self._revive))
        except Cancelled:
            return None if self._is_closing else Ending(JobState.CANCELLED)
        except GatepostError as refusal:
            return Ending(JobState.FAILED, refusal.detail)
        except Exception:
            log.exception("job %s (%s) failed", taken.job.id, taken.job.kind)
            said = f"Something went wrong inside the server. Its log names it as {taken.job.id}."
            return Ending(JobState.FAILED, said)
        return Ending(JobState.DONE, result=result)
