"""How a data API is called: what may be sent, what comes back, and examples in four languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import urlencode

from gatepost_server.dataapis import DataApi, Field, Operation, Parameter, ParameterType
from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.facts import CopyField, StateBadge, Text
from gatepost_server.ui.kit.heads import ButtonLink
from gatepost_server.ui.kit.notices import Note
from gatepost_server.ui.kit.pieces import Card, Fact, Facts, Section, Stack
from gatepost_server.ui.kit.tables import Column, Empty, ListState, ResourceTable, Row
from gatepost_server.ui.pages.application import TwoColumns
from gatepost_server.ui.pages.data_api import OPERATION_WORDS, ApiView, page
from gatepost_server.ui.pages.data_api_design import OPERATORS, TYPES
from gatepost_server.ui.pages.project import Prose

LANGUAGES: Final = {"curl": "curl", "python": "Python", "r": "R", "javascript": "JavaScript"}
_SAMPLES: Final = {
    ParameterType.INTEGER: "1", ParameterType.DOUBLE: "1.5", ParameterType.DECIMAL: "1.50",
    ParameterType.BOOLEAN: "true", ParameterType.DATE: "2027-01-31", ParameterType.TIME: "06:30:00",
    ParameterType.TIMESTAMP: "2027-01-31T06:30:00", ParameterType.TIMESTAMP_TZ: "2027-01-31T06:30:00Z",
}  # fmt: skip
_TYPE_WORDS: Final = {one.value: one.words for one in TYPES}
_OPERATOR_WORDS: Final = {one.value: one.words for one in OPERATORS}
_PAGING: Final = (
    ("limit", "Whole number", "How many rows a page has at most."),
    ("next", "Text", "What the answer before said under next: the page after it."),
    ("order", "Fields", "By which fields, among those that sort; a hyphen before one is downwards."),
    ("fields", "Fields", "Only these columns, with commas between them."),
    ("total", "true or false", "How many rows there are besides; costs a count."),
    ("format", "A form", "json, csv, ndjson or arrow; the Accept header says it as well."),
)


@dataclass(frozen=True)
class Examples(Component):
    """How it is called, in the language that is chosen; each language has its own address."""

    template: ClassVar[str] = "dataapis/examples.html"
    code: str
    language: str
    here: str
    docs: str

    @property
    def languages(self) -> Sequence[tuple[str, str]]:
        """The languages, and what they are called."""
        return list(LANGUAGES.items())

    @property
    def words(self) -> str:
        """What the language is called."""
        return LANGUAGES[self.language]


def how_to_call(one: DataApi, url: str, language: str, docs: str, *, is_docs: bool = False) -> Component:
    """Return the card that shows how an API is called."""
    chosen = language if language in LANGUAGES else "curl"
    return Examples(example(one, url, chosen), chosen, docs, "" if is_docs else docs)


def docs(view: ApiView, language: str, now: datetime, csrf: str, url: str) -> Component:
    """Return the documentation of a data API, as its reader may see it."""
    one, parts = view.one, list[Component]()
    if one.production_version is None:
        sentence = "Nothing is published yet; who may edit it calls it with stage=development."
        parts.append(Note("It is not in production.", sentence, "amber", "clock"))
    if "call" not in view.may:
        parts.append(
            Note(
                "You may not call it.",
                "Ask who keeps it for the role consumer, or ask as an application from its own page.",
                "blue", "lock", ButtonLink("My applications", "/clients"),
            )
        )  # fmt: skip
    if one.description:
        parts.append(Card("About", Prose(one.description)))
    wide = [*parts, _parameters(view), _columns(one.fields)]
    if Operation.LIST in one.operations:
        wide.append(_paging())
    facts = [
        Fact("Address", CopyField(f"{url}/gw/{one.slug}", "Address", is_small=True)),
        Fact("Does", ", ".join(OPERATION_WORDS[each.value] for each in one.operations)),
    ]
    if one.number is not None:
        facts.append(Fact("Number", str(one.number)))
    if one.owner_name:
        facts.append(Fact("Kept by", one.owner_name))
    openapi = f"/api/v1/projects/{one.project_key}/apis/{one.id}/openapi"
    link = ButtonLink("OpenAPI", openapi, symbol="download", in_new_tab=True)
    narrow = Stack(
        [
            how_to_call(one, url, language, f"{view.base}/docs", is_docs=True),
            Card("Facts", Facts(facts), link),
            _answers(),
        ]
    )
    return page(view, "docs", [TwoColumns(Stack(wide), narrow)], now, csrf, url)


def example(one: DataApi, url: str, language: str) -> str:
    """Return a call of an API in a language; secrets come from the environment."""
    sent = [(each.name, sample(each)) for each in one.parameters if each.required]
    path = f"/gw/{one.slug}" + ("" if Operation.LIST in one.operations else "/row")
    if language == "python":
        return _python(url, path, sent)
    if language == "r":
        return _r(url, path, sent)
    if language == "javascript":
        return _javascript(url, path, sent)
    query = f"?{urlencode(sent)}" if sent else ""
    return f'curl -H "Authorization: Key $GATEPOST_API_KEY" \\\n  "{url}{path}{query}"'


def sample(one: Parameter) -> str:
    """Return a value that a parameter takes."""
    known = (one.default, *one.choices[:1], one.min, one.max, _SAMPLES.get(one.type), one.name)
    return next(each for each in known if each is not None)


def _python(url: str, path: str, sent: Sequence[tuple[str, str]]) -> str:
    query = "{" + ", ".join(f'"{name}": "{value}"' for name, value in sent) + "}"
    return (
        "# as an application: pip install gatepost\n"
        "import os\n"
        "from gatepost.signed import SignedClient\n\n"
        "api = SignedClient(\n"
        f'    "{url}",\n'
        '    os.environ["APP_KEY"],\n'
        '    os.environ["APP_SECRET"],\n'
        ")\n"
        f'page = api.get("{path}", {query})\n'
        'rows = page["items"]\n'
    ).replace(", {})", ")")


def _r(url: str, path: str, sent: Sequence[tuple[str, str]]) -> str:
    query = ", ".join(f'{name} = "{value}"' for name, value in sent)
    asks = f"  req_url_query({query}) |>\n" if query else ""
    return (
        "library(httr2)\n\n"
        f'page <- request("{url}{path}") |>\n{asks}'
        '  req_headers(Authorization = paste("Key", Sys.getenv("GATEPOST_API_KEY"))) |>\n'
        "  req_perform() |>\n"
        "  resp_body_json(simplifyVector = TRUE)\n"
        "page$items\n"
    )


def _javascript(url: str, path: str, sent: Sequence[tuple[str, str]]) -> str:
    query = ", ".join(f'{name}: "{value}"' for name, value in sent)
    where = f'"{url}{path}"' if not sent else f'"{url}{path}?" + new URLSearchParams({{ {query} }})'
    return (
        f"const answer = await fetch(\n  {where},\n"
        "  { headers: { Authorization: `Key ${process.env.GATEPOST_API_KEY}` } },\n);\n"
        "const { items, next } = await answer.json();\n"
    )


def _parameters(view: ApiView) -> Section:
    empty = Empty("No parameters", "It is called as it is.", "variable")
    if not {"call", "calls", "versions"} & view.may:
        empty = Empty("Not for you to see", "Parameters are shown to who may call it.", "lock")
    rows = [
        Row(
            [
                Text(one.name, one.description, is_mono=True),
                _needed(one),
                Text(_takes(one)),
                Text(one.default or "", is_quiet=True),
            ]
        )
        for one in view.one.parameters
    ]
    columns = [
        Column("Name", place="title"), Column("Needed", "c-role", place="badge"), Column("Takes"),
        Column("Default", "k-made", place="right"),
    ]  # fmt: skip
    return Section("Parameters", ResourceTable("parameters", "parameters", columns, rows, _plain(), empty))


def _needed(one: Parameter) -> StateBadge:
    if one.required:
        return StateBadge("Required", "blue", "check")
    return StateBadge("Optional", "gray", "circle-dashed")


def _takes(one: Parameter) -> str:
    said = [_TYPE_WORDS.get(one.type, str(one.type)) + (", several" if one.is_many else "")]
    if one.operator != "eq":
        said.append(_OPERATOR_WORDS.get(one.operator, ""))
    if one.choices:
        some = ", ".join(one.choices[:8])
        said.append(f"one of {some}" + ("…" if len(one.choices) > 8 else ""))  # noqa: PLR2004  # as many as one reads
    if one.min is not None or one.max is not None:
        said.append(f"{one.min or ''} to {one.max or ''}".strip())
    if one.max_length is not None:
        said.append(f"{one.max_length} characters at most")
    return "; ".join(said)


def _columns(fields: Sequence[Field]) -> Section:
    columns = [Column("Field", place="title"), Column("Type", "c-own", place="left")]
    rows = [Row([Text(one.name, one.description, is_mono=True), Text(one.type)]) for one in fields]
    empty = Empty("No fields", "Nothing comes back.", "table")
    note = "An application gets those that it was granted."
    return Section("Fields", ResourceTable("fields", "fields", columns, rows, _plain(), empty), note)


def _paging() -> Section:
    columns = [Column("Name", place="title"), Column("Takes", "c-own", place="left")]
    rows = [Row([Text(name, means, is_mono=True), Text(takes)]) for name, takes, means in _PAGING]
    empty = Empty("Nothing", "", "table")
    table = ResourceTable("paging", "parameters", columns, rows, _plain(), empty)
    return Section("Besides", table, "Every data API takes these.")


def _answers() -> Card:
    codes: Mapping[str, str] = {
        "200": "items, next, truncated; a row comes as item",
        "400": "something sent does not fit; each fault names it",
        "401": "no good key, session or signature",
        "403": "not for you, or not for this application",
        "404": "there is none that you may know of",
        "429": "too many calls; Retry-After says when",
    }
    return Card("Answers", Facts([Fact(code, words) for code, words in codes.items()]))


def _plain() -> ListState:
    return ListState("", {})
