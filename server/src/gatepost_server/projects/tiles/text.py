"""The tile of words: Markdown, shown as harmless HTML."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt

from gatepost_server.kernel.errors import FieldFault
from gatepost_server.projects.ports import Easel
from gatepost_server.projects.tiles.fields import known, refuse
from gatepost_server.store import Tx

LONGEST: Final = 20_000
_TAGS: Final = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "h2", "h3", "h4", "h5", "h6", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_SCHEMES: Final = {"http", "https", "mailto"}


class TextTile:
    """`{"type": "text", "text": "Words in *Markdown*"}`; HTML in it is shown as it is written."""

    name = "text"

    def parse(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the text.

        Raises:
            Invalid: it is missing, no text, or too long.
        """
        faults = known(raw, ("text",))
        text = raw.get("text", "")
        if not isinstance(text, str) or len(text) > LONGEST:
            faults.append(FieldFault("text", f"Markdown of at most {LONGEST:,} characters"))
        refuse(faults)
        return {"text": text}

    def needs(self, tx: Tx, project_key: str, tile: Mapping[str, Any]) -> None:
        """Require nothing: words are the editor's own."""

    def dataset(self, tile: Mapping[str, Any]) -> str | None:  # noqa: ARG002  # the port's
        """Name none."""
        return None

    def run(self, easel: Easel, tile: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002  # the port's
        """Return the Markdown, and the HTML that it means."""
        return {"text": tile["text"], "html": html_of(tile["text"])}


def html_of(text: str) -> str:
    """Return Markdown as HTML that holds nothing but words, lists, tables and outward links.

    Two nets: raw HTML is escaped by the reader of Markdown, and what it wrote passes a list
    of allowed tags. Headings begin at the second level, below the page's own.
    """
    rendered = _markdown().render(text)
    return nh3.clean(
        _lowered(rendered), tags=_TAGS, attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow",
    )  # fmt: skip


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])


def _lowered(html: str) -> str:
    """Let headings stand below that of the tile: h1 becomes h3, h2 h4, and so on."""
    for level in range(6, 0, -1):
        low = min(level + 2, 6)
        html = html.replace(f"<h{level}>", f"<h{low}>").replace(f"</h{level}>", f"</h{low}>")
    return html
