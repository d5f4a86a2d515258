"""Adding data to the catalog from a connection: a table, or a query that is looked at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gatepost_server.connections import Preview
from gatepost_server.projects import Project
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.editors import TextArea
from gatepost_server.ui.kit.fields import Hidden, SelectField, TextField
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import CardForm
from gatepost_server.ui.kit.tables import Choice
from gatepost_server.ui.pages.connection_browse import Place, rows_of
from gatepost_server.ui.pages.connections import ConnectionView, page

_LONGEST_SQL = 100_000


@dataclass(frozen=True)
class AddForm:
    """What is to be added and what was typed; a table, or a query."""

    credential: str = ""
    schema: str = ""
    table: str = ""
    sql: str = ""
    project: str = ""
    name: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def add_page(of: ConnectionView, form: AddForm, found: Sequence[Project], csrf: str, url: str) -> Component:
    """Return the form that makes a dataset of a table or a query."""
    return page(of, "browse", [_add_card(of, form, found, csrf)], url)


def query_page(
    of: ConnectionView,
    form: AddForm,
    seen: Preview | None,
    found: Sequence[Project],
    csrf: str,
    url: str,
) -> Component:
    """Return the form for a query; after it was looked at, its first rows and the form that adds it."""
    text = TextArea(
        "sql", "Query", form.sql, "One SELECT, in the language of the source.",
        form.faults.get("from.sql", ""), lines=8, is_code=True, is_required=True, max_length=_LONGEST_SQL,
    )  # fmt: skip
    ask = CardForm(
        "From a query", f"{of.base}/query", "Preview",
        [Hidden("credential", form.credential), Hidden("project", form.project), text], csrf,
        "The first 100 rows are shown; nothing is added yet.", form.fault,
    )  # fmt: skip
    if seen is None:
        return page(of, "browse", [ask], url)
    card = _add_card(of, AddForm(form.credential, sql=form.sql, project=form.project), found, csrf)
    return page(of, "browse", [ask, rows_of("What the query gives", seen), card], url)


def _add_card(of: ConnectionView, form: AddForm, found: Sequence[Project], csrf: str) -> Component:
    if not found:
        sentence = "It takes Edit configuration in a project. Make one, or ask the administrator of one."
        new = ButtonLink("Projects", "/projects")
        return Note("There is no project that you may add data to.", sentence, "amber", "alert-triangle", new)
    choices = [Choice(one.key, f"{one.name} ({one.key})") for one in found]
    unseen = (("credential", form.credential), ("namespace", form.schema), ("table", form.table))
    fields: list[Component] = [Hidden(name, value) for name, value in unseen]
    if form.sql:
        fields.append(Hidden("sql", form.sql))
    fields += [
        SelectField("project", "Project", choices, form.project),
        TextField(
            "name", "Name of the dataset", form.name, error=form.faults.get("name", ""), max_length=100,
            hint="Letters, digits, _ and -.",
        ),
    ]  # fmt: skip
    title = f"Add {form.table} to the catalog" if form.table else "Add this query to the catalog"
    sentence = "Its rows are read at once, and again when it is refreshed: with your rights, whoever asks."
    return CardForm(title, f"{of.base}/add", "Add to catalog", fields, csrf, sentence, form.fault)


def ways_to_add(place: Place) -> Sequence[ButtonLink]:
    """Return the buttons of the page where a source is browsed."""
    query = ButtonLink("From a query", place.to("query"), symbol="code")
    if not place.table:
        return [query]
    return [ButtonLink("Add to catalog", place.to("add"), "primary", "plus"), query]
