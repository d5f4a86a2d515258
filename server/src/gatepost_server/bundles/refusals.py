"""Why a bundle is refused: one permanent code each, and a sentence that helps."""

from typing import Final

from gatepost_server.kernel.errors import Invalid, TooLarge

_SHOWN: Final = 80


class BundleRefused(Invalid):
    """The archive holds something that is never unpacked; nothing of it was kept."""

    code = "bundle-refused"
    title = "The bundle cannot be accepted"


class BundleTooLarge(TooLarge):
    """The archive is over one of the limits; nothing of it was kept."""

    code = "bundle-too-large"
    title = "The bundle is too large"


def damaged(what: str) -> BundleRefused:
    """Return the refusal of an archive that is not well formed."""
    return BundleRefused(f"The archive is damaged: {what}. Make it again and retry.", code="bundle-damaged")


def too_many_files(limit: int) -> BundleTooLarge:
    """Return the refusal of an archive with more than *limit* files."""
    msg = f"The bundle holds more than {limit} files; leave out what the app does not need."
    return BundleTooLarge(msg, code="bundle-too-many-files")


def shown(path: bytes | str) -> str:
    """Write an entry's name so that it can stand in a sentence: printable and short."""
    text = path.decode("utf-8", "backslashreplace") if isinstance(path, bytes) else path
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
