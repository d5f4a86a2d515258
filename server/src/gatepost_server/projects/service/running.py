"""The kind of job that runs a scenario: step by step, with rights asked for live."""

import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gatepost_server.authz import subject_of
from gatepost_server.jobs import Cancelled, JobContext, actor_of, state_of
from gatepost_server.kernel.actor import Actor
from gatepost_server.kernel.errors import Denied, GatepostError, NotFound
from gatepost_server.projects.ports import StepKind, Workplace
from gatepost_server.projects.queries import projects as project_queries
from gatepost_server.projects.scenarios import RUN, RunState
from gatepost_server.projects.service.standing_in import still_agreed
from gatepost_server.projects.shelf import Shelf
from gatepost_server.projects.tables import RunRow, ScenarioRow
from gatepost_server.store import Tx, micros
from gatepost_server.tabular.engine import Limits

log = logging.getLogger(__name__)

_LINES = 200
_LINE = 500


class ScenarioRuns:
    """Runs scenarios. Not idempotent: a mail that left cannot be unsent.

    A run uses the steps and the definer as they were when it was asked for; what they may
    is asked for before each step, so that a right that was taken back stops the run there.
    """

    name = RUN
    is_idempotent = False

    def __init__(self, kinds: Mapping[str, StepKind], shelf: Shelf, limits: Limits, scratch: Path) -> None:
        self._kinds, self._shelf, self._limits, self._scratch = kinds, shelf, limits, scratch

    def run(self, context: JobContext) -> Mapping[str, Any]:
        """Run every step; the first that fails ends the run as failed, the rest is skipped."""
        diary = _Diary(context, str(context.job.params["run"]))
        key, definer, steps = diary.begin()
        try:
            for at, step in enumerate(steps):
                context.progress(at / len(steps), f"step {at + 1} of {len(steps)}: {step['type']}")
                diary.step_begins(at)
                said = self._done(context, diary, key, definer, at, step)
                diary.step_ended(at, RunState.DONE, None, said)
        except Cancelled:
            diary.stopped()
            raise
        except GatepostError as refusal:
            diary.ended(RunState.FAILED, refusal.detail)
            raise
        except Exception:
            told = f"Something went wrong inside the server. Its log names it as {context.job.id}."
            diary.ended(RunState.FAILED, told)
            raise
        diary.ended(RunState.DONE, None)
        return {"run": diary.run_id, "steps": len(steps)}

    def _done(
        self, context: JobContext, diary: "_Diary", key: str, definer: Actor, at: int, step: Mapping[str, Any]
    ) -> str:
        kind = self._kinds.get(step["type"])
        if kind is None:
            raise NotFound(f"This server has no steps of the kind {step['type']} any more.")
        fields = {name: value for name, value in step.items() if name != "type"}
        context, actors = _standing(context, definer)
        diary.require_agreed()
        for actor in actors:
            with context.read(actor) as tx:
                kind.needs(tx, key, fields)
        with tempfile.TemporaryDirectory(prefix=".run-", dir=self._scratch) as folder:
            place = Workplace(
                project_key=key,
                scenario_id=context.job.subject_id or "",
                begin=context.begin,
                actors=actors,
                read_as=context.read,
                revived=context.revived,
                check=context.check,
                log=lambda line: diary.wrote(at, line),
                folder=Path(folder),
                shelf=self._shelf,
                limits=self._limits,
            )
            return kind.run(place, fields)


class _Diary:
    """Writes down how far a run has come."""

    def __init__(self, context: JobContext, run_id: str) -> None:
        self._context, self.run_id, self._name = context, run_id, ""

    def begin(self) -> tuple[str, Actor, list[dict[str, Any]]]:
        """Note the start; return the project's key, the definer and the steps.

        Raises:
            NotFound: the scenario was deleted meanwhile.
            Denied: whom it runs as has taken back their consent.
        """
        with self._context.begin() as tx:
            row = tx.session.get(RunRow, self.run_id)
            scenario = None if row is None else tx.session.get(ScenarioRow, row.scenario_id)
            if row is None or scenario is None:
                raise NotFound("The scenario was deleted.")
            _require_agreed(tx, row, scenario)
            row.state, row.started_at = RunState.RUNNING, tx.now
            self._name = scenario.name
            key = project_queries.keys_of(tx.session, [scenario.project_id])[scenario.project_id]
            return key, actor_of(row.definer), [one["step"] for one in row.steps]

    def require_agreed(self) -> None:
        """Go on only while whom the run acts as agrees to it.

        Raises:
            NotFound: the scenario was deleted meanwhile.
            Denied: they have taken back their consent.
        """
        with self._context.read() as tx:
            row = tx.session.get(RunRow, self.run_id)
            scenario = None if row is None else tx.session.get(ScenarioRow, row.scenario_id)
            if row is None or scenario is None:
                raise NotFound("The scenario was deleted.")
            _require_agreed(tx, row, scenario)

    def step_begins(self, at: int) -> None:
        """Note that a step begins."""
        self._noted(at, lambda now: {"state": RunState.RUNNING.value, "started_at": micros(now)})

    def step_ended(self, at: int, state: RunState, reason: str | None, said: str) -> None:
        """Note how a step ended."""
        self.wrote(at, said)
        self._noted(at, lambda now: {"state": state.value, "reason": reason, "ended_at": micros(now)})

    def wrote(self, at: int, line: str) -> None:
        """Add a line to a step's log; after 200 lines no more."""
        with self._context.begin() as tx:
            row = tx.session.get(RunRow, self.run_id)
            if row is not None and len(row.steps[at]["log"]) < _LINES:
                steps = [dict(one) for one in row.steps]
                steps[at]["log"] = [*steps[at]["log"], line[:_LINE]]
                row.steps = steps

    def stopped(self) -> None:
        """Note that the run was stopped: by whoever cancelled it, or with the server."""
        with self._context.read() as tx:
            job = state_of(tx, self._context.job.id)
        if job is not None and job.is_cancelling:
            self.ended(RunState.CANCELLED, None)
        else:
            self.ended(RunState.FAILED, "The server was stopped while it ran. Start it again.")

    def ended(self, state: RunState, reason: str | None) -> None:
        """Note how the run ended; the step that worked ends so too, what follows is skipped."""
        with self._context.begin() as tx:
            row = tx.session.get(RunRow, self.run_id)
            if row is None:
                return
            row.state, row.reason, row.ended_at = state, reason and reason[:1000], tx.now
            steps = [dict(one) for one in row.steps]
            for one in steps:
                if one["state"] == RunState.RUNNING:
                    one |= {"state": state.value, "reason": reason, "ended_at": micros(tx.now)}
                elif one["state"] == RunState.QUEUED:
                    one["state"] = RunState.SKIPPED.value
            row.steps = steps
            after = {"run": row.id, "state": state.value}
            tx.audit("scenario:ran", "scenario", row.scenario_id, self._name, after=after)

    def _noted(self, at: int, changes: Callable[[datetime], dict[str, object]]) -> None:
        with self._context.begin() as tx:
            row = tx.session.get(RunRow, self.run_id)
            if row is not None:
                steps = [dict(one) for one in row.steps]
                steps[at] |= changes(tx.now)
                row.steps = steps


def _standing(context: JobContext, definer: Actor) -> tuple[JobContext, list[Actor]]:
    """Return the definer and whom the run acts as, as they are known now, and the context of the latter.

    Raises:
        Denied: one of them is not active any more, or acts by a key that is good no more.
    """
    for actor in (definer, context.actor):
        with context.read(actor) as tx:
            if not subject_of(tx).is_active:
                raise Denied(f"{actor.name} has no active account any more.", code="definer-gone")
    defining, acting = context.revived(definer), context.revived(context.actor)
    return replace(context, actor=acting), [acting] if defining == acting else [defining, acting]


def _require_agreed(tx: Tx, run: RunRow, scenario: ScenarioRow) -> None:
    definer_id = actor_of(run.definer).principal_id
    if run.acts_as_id != definer_id and not still_agreed(tx, scenario, run.acts_as_id or ""):
        raise Denied("Whom the scenario runs as does not agree any more.", code="consent-required")
