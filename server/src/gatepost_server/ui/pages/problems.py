"""The page to which the `type` of every refusal leads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from markupsafe import Markup, escape

from gatepost_server.ui.component import Component
from gatepost_server.ui.kit.heads import PageHead
from gatepost_server.ui.kit.pieces import Card, Stack
from gatepost_server.web.problem_catalogue import catalogue

_CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Saying:
    """One code with its meaning and its remedy, ready to be shown."""

    code: str
    meaning: Markup
    remedy: Markup


@dataclass(frozen=True)
class Sayings(Component):
    """The codes of one chapter, each with an anchor of its own."""

    template: ClassVar[str] = "problems.html"
    sayings: Sequence[Saying]


def problem_page() -> Stack:
    """Return every permanent code, by chapter."""
    head = PageHead("Problems", "What a refusal means, by its code, and what to do.")
    cards = [
        Card(
            chapter.title,
            Sayings([Saying(one.code, _shown(one.meaning), _shown(one.remedy)) for one in chapter.codes]),
        )
        for chapter in catalogue()
    ]
    return Stack([head, *cards])


def _shown(text: str) -> Markup:
    """Escape *text*, and set what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  # escaped just here
