"""The fenced blocks of a page of the guide, as steps that can be run in order.

Blocks of `sh` run as they are; blocks of `console` hold commands behind `$ ` and what they
print, where `…` stands for anything. A comment before a block says what a reader does
without being told:

    <!-- step: write app/app.py -->       the block is the content of a file
    <!-- step: run python3 -->            the block is a program for this interpreter
    <!-- step: type data/admin-password --> what is typed when it asks
    <!-- step: not run: why -->           it needs what a test machine has not
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"<!-- step: ((?:(?!-->).)*?) *-->\s*\Z")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
RUN = ("sh", "console")


@dataclass(frozen=True)
class Block:
    """One step of a page."""

    page: Path
    line: int
    heading: str
    language: str
    text: str
    step: str

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"{self.page.stem}:{self.line} {self.heading}"

    @property
    def program(self) -> str | None:
        """The interpreter that has to be on the machine, if it is not the shell."""
        return self.step.removeprefix("run ").split()[0] if self.step.startswith("run ") else None

    @property
    def why_not(self) -> str | None:
        """Why it is not run, when it says so."""
        return self.step.removeprefix("not run: ") if self.step.startswith("not run: ") else None


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield what a reader of *page* does, in order."""
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        before = text[: match.start()]
        said = _STEP.search(before)
        step = said[1] if said else ""
        language = match[1]
        if language in RUN or step:
            headings = _HEADING.findall(before)
            line = before.count("\n") + 1
            yield Block(page, line, headings[-1] if headings else "", language, match[2], step)


def calls_of(console: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        command = [lines.pop(0)]
        while command[-1].endswith("\\") and lines:
            command.append(lines.pop(0))
        yield "\n".join(command), "\n".join(lines).strip()


def script_of(block: Block, typed: str) -> str:
    """Return the bash that does what the block shows."""
    if block.step.startswith("write "):
        target = shlex.quote(block.step.removeprefix("write "))
        return f"mkdir -p $(dirname {target}); cat >{target} <<'END OF BLOCK'\n{block.text}END OF BLOCK\n"
    if block.program is not None:
        interpreter = block.step.removeprefix("run ")
        return f"cat >program <<'END OF BLOCK'\n{block.text}END OF BLOCK\n{interpreter} program\n"
    if typed:
        return f"{{\n{block.text}}} < {shlex.quote(typed)}\n"
    return block.text


def fits(shown: str, printed: str) -> bool:
    """Tell whether *printed* is what a page shows: spaces run together, `…` is anything."""
    first, *others = [r"\s+".join(map(re.escape, part.split())) for part in shown.split("…")]
    if not others:
        return re.fullmatch(rf"\s*{first}\s*", printed) is not None
    # Part after part, each where it comes first: one pattern for all of them takes minutes for a long table.
    found = re.match(rf"\s*{first}", printed)
    for part in [*others[:-1], rf"{others[-1]}\s*\Z"]:
        if found is None:
            return False
        found = re.compile(part).search(printed, found.end())
    return found is not None


def put_in_place(text: str, instead: Mapping[str, str]) -> str:
    """Replace what differs between a reader's machine and this one."""
    for shown, real in instead.items():
        text = text.replace(shown, real)
    return text
