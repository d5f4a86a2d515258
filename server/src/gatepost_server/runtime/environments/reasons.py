"""What a tool said of its failure, in the one sentence that a publisher needs; pure."""

from collections.abc import Sequence

LONGEST = 1000


def cause_of(said: Sequence[str]) -> str:
    """Return why a tool failed, from the lines it wrote; empty when it wrote none.

    uv's last `error:` with the first and the last of its causes, and its hints. Of a tool
    that marks none, its last line.
    """
    lines = [line.strip() for line in said if line.strip()]
    starts = [at for at, line in enumerate(lines) if line.startswith("error:")]
    if not starts:
        return _bounded(lines[-1]) if lines else ""
    told = lines[starts[-1] :]
    causes = _marked(told, "cause:")
    chain = ": ".join((*_marked(told[:1], "error:"), *causes[:1], *causes[1:][-1:]))
    return _bounded(" ".join((_closed(chain), *(_closed(hint) for hint in _marked(told, "hint:")))))


def _marked(lines: Sequence[str], mark: str) -> list[str]:
    return [line.removeprefix(mark).strip() for line in lines if line.startswith(mark)]


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
