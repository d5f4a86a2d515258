"""Where the rows of a dataset come from: its connection, how reading goes, when it is next."""

from collections.abc import Sequence
from datetime import datetime

from gatepost_server.connections import is_held
from gatepost_server.jobs import Job, JobState
from gatepost_server.projects import Feed, Scenario
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import Person, Text, Timestamp
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, PostButton, Section, Stack
from gatepost_server.ui.kit.tables import Empty, NameCell
from gatepost_server.ui.pages.dataset import DatasetView, page
from gatepost_server.ui.pages.dataset_schedule import schedule_section
from gatepost_server.ui.pages.project_settings import Code
from gatepost_server.ui.pages.scenarios import Live
from gatepost_server.ui.pages.signing_in import Purpose


def source(
    view: DatasetView, found: Feed | None, refreshers: Sequence[Scenario], now: datetime, csrf: str, url: str
) -> Component:
    """Return a dataset's source; it is drawn again while rows are being read."""
    if found is None:
        there = f"/projects/{view.key}/datasets/from-connection"
        look = ButtonLink("Add one from a connection", there, symbol="plug-connected")
        sentence = (
            "Its rows were sent, or a query makes them. What comes from a connection is a dataset of its own."
        )
        return page(view, "source", Empty("From no connection", sentence, "database", look), now, csrf, url)
    other = None
    if found.connection_name is not None and {"edit", "write"} <= view.may:
        other = ButtonLink("Sign in as another account", f"{view.base}/source/sign-in", opens_dialog=True)
    comes = Card("Comes from", Facts(_facts(found, now)), other)
    parts: list[Component] = [_state(view, found, csrf), comes, schedule_section(view, refreshers, now)]
    if found.wanted.sql is not None:
        parts.append(Section("Query", Code(found.wanted.sql)))
    if "edit" in view.may:
        end = PostButton(f"Read {view.name} from it no more", f"{view.base}/source/end", csrf, "danger-line")
        parts.append(Note("The rows stay when the connection is ended.", "", "blue", "info-circle", end))
    content = page(view, "source", Stack(parts), now, csrf, url)
    return Live("source", f"{view.base}/source", content, found.is_under_way)


def signing_in(name: str, here: str, back: str, scenario: str) -> Purpose:
    """Return that somebody signs in to read a dataset's rows, from its own page or a scenario's."""
    along = {"scenario": scenario} if scenario else {}
    sentence = f"Choose an account: {name} is read with it at once, and whenever it is refreshed."
    return Purpose(
        f"Read {name} as", sentence, f"{here}/sign-in", back or here, along, takes_once=not scenario
    )


def _facts(found: Feed, now: datetime) -> list[Fact]:
    wanted = found.wanted
    gone = "Gone, or not for you to see"
    source: Component = Text(gone, is_quiet=True)
    if found.connection_name is not None:
        source = NameCell(found.connection_name, href=f"/connections/{wanted.connection_id}")
    login: Component = Text("Nobody signs in" if wanted.credential_id is None else gone, is_quiet=True)
    if is_held(wanted.credential_id):
        login = Text("A one-time login, which is stored nowhere", is_quiet=True)
    if found.credential_name is not None:
        login = NameCell(found.credential_name, href=f"/credentials/{wanted.credential_id}")
    facts = [Fact("Connection", source), Fact("Signed in as", login)]
    if wanted.table is not None:
        facts.append(Fact("Table", ".".join(one for one in (wanted.schema, wanted.table) if one)))
    return [
        *facts,
        Fact("Within the rights of", Person(found.by)),
        Fact("Last read", _when(found.read_at, now, "Not yet")),
    ]


def _when(at: datetime | None, now: datetime, none: str) -> Component:
    return Text(none, is_quiet=True) if at is None else Timestamp(at, now)


def _state(view: DatasetView, found: Feed, csrf: str) -> Component:
    job = found.job
    may_refresh = "refresh" in view.may
    if job is not None and not job.state.is_ended:
        stop = PostButton("Cancel", f"{view.base}/source/cancel", csrf) if may_refresh else None
        return Note("Its rows are being read.", _so_far(job), "blue", "progress", stop)
    again = PostButton("Refresh now", f"{view.base}/source/refresh", csrf, "primary") if may_refresh else None
    if found.failure == "cancelled":
        return Note("The last reading was cancelled.", "The former rows are whole.", "amber", "ban", again)
    if found.failure is not None:
        why = job.reason if job is not None and job.state is JobState.FAILED and job.reason else found.failure
        return Note(
            "The last reading failed.", f"{why} The former rows are whole.", "red", "alert-triangle", again
        )
    return Note("Its rows are as they were read last.", "", "green", "check", again)


def _so_far(job: Job) -> str:
    if job.state is JobState.QUEUED:
        return "It waits for a worker."
    if job.is_cancelling:
        return "It is being cancelled."
    share = f" ({job.progress:.0%} of as many as before)" if job.progress else ""
    return f"{job.sentence or 'The source is asked'}{share}."
