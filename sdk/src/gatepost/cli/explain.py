"""`gatepost explain`: why a call was refused, or would be."""

from collections.abc import Sequence

import click

from gatepost.cli import terminal
from gatepost.cli.verb import Call, Verb
from gatepost.explaining import Explanation, SmallestGrant, Step


@click.command(cls=Verb)
@click.argument("decision_id", required=False)
@click.option("--action", metavar="ACTION", help="Ask about this action, like app:open, instead.")
@click.option(
    "--resource", metavar="WHAT", help="On what: an id, an app's number, a project, or PROJECT/DATASET."
)
@click.option(
    "--as", "who", metavar="WHO", help="For somebody else: a username, or a key's id (administrators)."
)
@click.pass_obj
def explain(
    call: Call, *, decision_id: str | None, action: str | None, resource: str | None, who: str | None
) -> None:
    """Explain why a call was refused, or would be.

    Give the DECISION_ID of a refusal, or ask with --action. Nothing is done besides.
    """
    if (decision_id is None) == (action is None):
        raise click.UsageError("Give either a decision id or --action.")
    if decision_id is not None and (resource or who):
        raise click.UsageError("A decision id says it all; --resource and --as go with --action.")
    calls = call.client().explain
    found = calls.decision(decision_id) if decision_id else calls.call(action or "", resource, who=who)
    if call.is_json:
        terminal.as_json(found.raw)
        return
    for line in _lines(found):
        click.echo(terminal.clean(line))


def _lines(found: Explanation) -> list[str]:
    told = found.decision
    lines = [] if told is None else [f"Then: refused at {terminal.cell(told.at)} ({told.reason})."]
    lines.append(f"Now:  {'allowed' if found.allowed else f'refused by the rule {found.rule}'}.")
    lines += ["", *_steps(found.steps, "  ")]
    if found.smallest_grant is not None:
        lines += ["", f"Smallest grant: {_grant(found.smallest_grant)}"]
    elif found.helps:
        lines += ["", f"What helps: {found.helps}"]
    if found.who_can:
        people = [f"{one.label or one.name} ({one.role})" if one.id else one.name for one in found.who_can]
        lines.append(f"Who can help: {', '.join(people)}")
    return lines


def _steps(steps: Sequence[Step], indent: str) -> list[str]:
    lines = []
    for step in steps:
        lines.append(f"{indent}{'yes' if step.passed else 'NO '}  {step.rule}: {step.says}")
        lines += _steps(step.within, indent + "       ")
    return lines


def _grant(grant: SmallestGrant) -> str:
    what = f"the role {grant.role}" if grant.role else f"the right {', '.join(grant.permissions)}"
    also = f", and to {grant.also_to['name']}" if grant.also_to else ""
    return f"{what} on {grant.on['name'] or grant.on['id']}, to {grant.to['name']}{also}."
