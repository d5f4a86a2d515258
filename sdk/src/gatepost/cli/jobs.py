"""`gatepost jobs`: long work that one asked for."""

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Noun, list_options, yes_option


@click.group(cls=Noun)
def jobs() -> None:
    """See and cancel the long work that you asked for."""


@jobs.command("list")
@list_options
@click.pass_obj
def list_(call: Call, *, search: str | None, limit: int) -> None:
    """List your jobs, latest first."""
    columns = [
        ("KIND", lambda job: job.kind),
        ("STATE", lambda job: job.state),
        ("PROGRESS", lambda job: f"{job.progress:.0%}"),
        ("DOES", lambda job: job.reason or job.sentence),
        ("CREATED", lambda job: job.created_at),
        ("ID", lambda job: job.id),
    ]
    call.rows(
        call.client().jobs.list(q=search), columns, limit=limit, empty="You asked for no long work yet."
    )


@jobs.command("show")
@click.argument("job")
@click.pass_obj
def show(call: Call, *, job: str) -> None:
    """Show how far a job has come."""
    found = call.client().jobs.get(job)
    facts = [
        ("kind", found.kind),
        ("state", found.state),
        ("progress", f"{found.progress:.0%}"),
        ("does", found.sentence or None),
        ("reason", found.reason),
        ("started", found.started_at),
        ("ended", found.ended_at),
    ]
    call.one(found, facts)


@jobs.command("cancel")
@click.argument("job")
@yes_option
@click.pass_obj
def cancel(call: Call, *, job: str, is_agreed: bool) -> None:
    """Cancel a job; a running one ends as soon as it can."""
    terminal.agree(f"Cancel the job {job}?", is_agreed=is_agreed)
    found = call.client().jobs.cancel(job)
    said = "is cancelled" if found.state == "cancelled" else "will end as soon as it can"
    call.done(found.raw, f"{found.id} {said}.")
