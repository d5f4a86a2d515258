"""Files of versioned keys: made at the first start, 0600, and replaced as a whole."""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KEY_BYTES: Final = 32


@dataclass(frozen=True)
class KeyRing:
    """Keys of one purpose by version: the `current` one makes, all of them read."""

    current: int
    keys: dict[int, bytes]


def load_ring(path: Path, field: str) -> KeyRing:
    """Read the keys kept under *field* of *path*, making the first one when there is no file.

    Raises:
        OSError: the file cannot be read, or its folder not written.
    """
    if not path.exists():
        _write_once(path, _content(field, KeyRing(1, {1: secrets.token_bytes(_KEY_BYTES)})))
    raw = json.loads(path.read_text())
    return KeyRing(
        int(raw["current"]), {int(version): base64.b64decode(text) for version, text in raw[field].items()}
    )


def new_version(ring: KeyRing) -> KeyRing:
    """Return *ring* with one more key, which is the current one."""
    newest = max(ring.keys) + 1
    return KeyRing(newest, {**ring.keys, newest: secrets.token_bytes(_KEY_BYTES)})


def replace_ring(path: Path, field: str, ring: KeyRing) -> None:
    """Put *ring* in the place of what *path* keeps under *field*; a reader sees one or the other.

    Raises:
        OSError: the file cannot be written.
    """
    _draft(path, _content(field, ring)).replace(path)
    _remove_drafts(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _remove_drafts(path: Path) -> None:
    """Remove what writers of *path* left behind that were killed: it holds keys, too."""
    for left in path.parent.glob(f".{path.name}.*"):
        if not Path("/proc", left.suffix[1:]).exists():
            left.unlink(missing_ok=True)


def _content(field: str, ring: KeyRing) -> dict[str, object]:
    keys = {str(version): base64.b64encode(key).decode() for version, key in ring.keys.items()}
    return {"current": ring.current, field: keys}


def _write_once(path: Path, content: object) -> None:
    """Write *content* 0600 unless another process was first."""
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process of this instance wrote it between our look and our link
    finally:
        draft.unlink()


def _draft(path: Path, content: object) -> Path:
    """Write *content* 0600 beside *path*, and wait until the disk has it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(content, out)
        out.flush()
        os.fsync(out.fileno())
    return draft
