"""Finds the object to serve: `module:object`, or a file that holds it."""

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

ALIVE = "/.gatepost-alive"


def enter_code_folder() -> None:
    """Make imports start at the app's folder, as they do for `python app.py`."""
    here = os.path.realpath(Path(__file__).parent)
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or ".") != here]
    sys.path.insert(0, str(Path.cwd()))


def load_module(name: str) -> ModuleType:
    """Import a module by dotted name, or from a file given by its path."""
    if not name.endswith(".py"):
        return importlib.import_module(name)
    path = Path(name).resolve()
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        sys.exit(f"{name} is not a Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def load_object(entrypoint: str, *, fallback: str) -> object:
    """Return what *entrypoint* names; without `:object` it is called *fallback*."""
    module_name, _, attribute = entrypoint.partition(":")
    found: object = load_module(module_name)
    for part in (attribute or fallback).split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            sys.exit(
                f"{module_name} holds no {attribute or fallback}; name it in gatepost.toml (entrypoint)."
            )
    return found
