"""Check the rules of the house that no other tool can say.

Run `python tools/house.py [PATH …]` in the repository; without paths it reads everything
that git knows. Prints one line per fault, `file:line: rule: sentence`, and ends with 1
when there is any. Each rule is a function from a read file to its faults.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from house_source import Fault, Source, is_path, is_text, last_word, length_of, modules_in

FILE_LIMIT: Final = 300
TEST_FILE_LIMIT: Final = 400
FUNCTION_LIMIT: Final = 40
PARAMETER_LIMIT: Final = 6
EMPTY_NAMES: Final = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers"}
EMPTY_VERBS: Final = EMPTY_NAMES | {"handle", "process", "data", "info"}
ROLE_NAMES: Final = {"viewer", "publisher", "administrator", "owner", "editor", "consumer", "contributor"}
ROUTE_VERBS: Final = {"reads", "makes", "replaces", "changes", "removes"}
HTTP_VERBS: Final = {"get", "post", "put", "patch", "delete", "head", "options", "api_route", "websocket"}
SQL_CALLS: Final = {"text", "execute", "executemany", "executescript", "exec_driver_sql", "scalars", "scalar"}
SECRET_NAME: Final = re.compile(r"(^|_)(password|passphrase|secret|token|private_key)$")
OPEN_TASK: Final = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\W{0,3}#\d)")


def file_limit(file: Source) -> Iterator[Fault]:
    """A file has one subject and fits in the head."""
    limit = TEST_FILE_LIMIT if file.is_test else FILE_LIMIT
    length = len(file.text.splitlines())
    if file.path.suffix in {".py", ".js", ".sh"} and length > limit and not file.is_revision:
        yield Fault(
            limit, "file-limit", f"{length} lines; {limit} are the ceiling. Give the second subject a file."
        )


def function_limit(file: Source) -> Iterator[Fault]:
    """A function fits a screen and takes at most six positional parameters."""
    for function in () if file.is_test or file.is_revision else file.functions():
        length = length_of(function)
        if length > FUNCTION_LIMIT:
            yield Fault(
                function.lineno, "function-limit", f"{function.name} has {length} lines without docstring."
            )
        taken = [a for a in (*function.args.posonlyargs, *function.args.args) if a.arg not in {"self", "cls"}]
        if len(taken) > PARAMETER_LIMIT:
            yield Fault(
                function.lineno, "parameter-limit", f"{function.name} takes {len(taken)} positional ones."
            )


def empty_name(file: Source) -> Iterator[Fault]:
    """Names say what a thing is; some words say nothing."""
    for part in (*file.path.parts[:-1], file.path.stem):
        if part.lower() in EMPTY_NAMES:
            yield Fault(1, "empty-name", f"'{part}' says nothing; name the subject.")
    for node in file.nodes(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef):
        name = getattr(node, "name", "")
        is_empty = (
            name.endswith(("Manager", "Helper", "Utils"))
            if isinstance(node, ast.ClassDef)
            else name in EMPTY_VERBS
        )
        if is_empty:
            yield Fault(getattr(node, "lineno", 1), "empty-name", f"'{name}' says nothing; say what it does.")


def commit(file: Source) -> Iterator[Fault]:
    """Only the unit of work commits."""
    for call in file.calls():
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "commit"
            and file.room not in {None, "store"}
        ):
            yield Fault(call.lineno, "commit", "only the unit of work commits; let the door open it.")


def built_sql(file: Source) -> Iterator[Fault]:
    """SQL takes values as parameters. PRAGMA, which cannot, is let pass."""
    for call in file.calls():
        if last_word(call.func) not in SQL_CALLS or not call.args or file.is_test:
            continue
        first = call.args[0]
        if _is_built(first) and not ast.unparse(first).lstrip("f'\"(").upper().startswith("PRAGMA "):
            yield Fault(call.lineno, "built-sql", "SQL is put together from text; use parameters.")


def _is_built(node: ast.expr) -> bool:
    """Tell whether a text is made from an f-string, `%`, `+` or `.format` with unknown parts."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return any(isinstance(side, ast.JoinedStr) or is_text(side) for side in (node.left, node.right))
    return (
        isinstance(node, ast.Call)
        and last_word(node.func) == "format"
        and isinstance(node.func, ast.Attribute)
    )


def foreign_tables(file: Source) -> Iterator[Fault]:
    """A service reads its own package's tables only."""
    for node in file.nodes(ast.Import, ast.ImportFrom):
        for module in modules_in(node):
            room, _, private = module.removeprefix("gatepost_server.").partition(".")
            is_private = private.split(".")[0] in {"tables", "queries"}
            if module.startswith("gatepost_server.") and is_private and file.room not in {None, room}:
                yield Fault(
                    getattr(node, "lineno", 1),
                    "foreign-tables",
                    f"{module} belongs to {room}; ask its facade.",
                )


def unguarded_route(file: Source) -> Iterator[Fault]:
    """Every route says which action it needs, or that it is public."""
    for function in file.functions() if file.room in {"web", "http", "ui", "compat"} else ():
        for mark in function.decorator_list:
            if not isinstance(mark, ast.Call) or not isinstance(mark.func, ast.Attribute):
                continue
            if mark.func.attr not in ROUTE_VERBS | HTTP_VERBS or not mark.args or not is_path(mark.args[0]):
                continue
            said = {word.arg: word.value for word in mark.keywords}
            is_public = isinstance(said.get("public"), ast.Constant) and ast.unparse(said["public"]) == "True"
            if "action" not in said and not is_public:
                yield Fault(mark.lineno, "unguarded-route", f"{function.name} needs action=… or public=True.")


def role_compared(file: Source) -> Iterator[Fault]:
    """Only authz knows what a role may do."""
    if file.room in {None, "authz"}:
        return
    for node in file.nodes(ast.Compare):
        assert isinstance(node, ast.Compare)
        sides = (node.left, *node.comparators)
        has_role = any(last_word(side).endswith("role") for side in sides)
        if has_role and any(_is_role(part) for side in sides for part in ast.walk(side)):
            yield Fault(node.lineno, "role-compared", "ask authz whether it may; do not compare role names.")


def _is_role(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return node.value in ROLE_NAMES
    return isinstance(node, ast.Attribute) and last_word(node.value).endswith("Role")


def clock(file: Source) -> Iterator[Fault]:
    """Time comes from the clock that was handed in, so that it can be moved in tests."""
    for call in file.calls():
        asked = ast.unparse(call.func)
        if file.room in {None, "kernel", "admin"} or asked not in {
            "datetime.now",
            "datetime.utcnow",
            "time.time",
        }:
            continue
        yield Fault(call.lineno, "clock", f"{asked}() reads the machine's clock; take a Clock.")


def bare_secret(file: Source) -> Iterator[Fault]:
    """A secret is stored as a hash or a ciphertext, never as a text column."""
    for node in file.nodes(ast.AnnAssign) if file.path.stem == "tables" else ():
        assert isinstance(node, ast.AnnAssign)
        is_text = ast.unparse(node.annotation) in {"Mapped[str]", "Mapped[str | None]"}
        if is_text and SECRET_NAME.search(last_word(node.target)):
            yield Fault(node.lineno, "bare-secret", f"{last_word(node.target)} would lie open in the store.")


def open_task(file: Source) -> Iterator[Fault]:
    """A TODO names the issue that will end it."""
    for number, line in enumerate(file.text.splitlines(), 1):
        if OPEN_TASK.search(line) and file.path.name != "house.py":
            yield Fault(number, "open-task", "write the issue's number behind it, as in TODO #12.")


RULES: Final[tuple[Callable[[Source], Iterator[Fault]], ...]] = (
    file_limit, function_limit, empty_name, commit, built_sql, foreign_tables,
    unguarded_route, role_compared, clock, bare_secret, open_task,
)  # fmt: skip


def faults_of(path: str, text: str) -> list[Fault]:
    """Return the faults of a file with *text* at *path*, in the order of its lines."""
    file = Source(PurePosixPath(path), text)
    return sorted((fault for rule in RULES for fault in rule(file)), key=lambda fault: fault.line)


def known_files() -> list[str]:
    """Return what git tracks or would track: our own sources, examples left out."""
    kinds = ("*.py", "*.js", "*.sh", "*.html", "*.css")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *kinds]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if not path.startswith("examples/") and Path(path).is_file()]


def main(paths: list[str]) -> int:
    """Print the faults of *paths* (or of the whole repository); return the exit status."""
    count = 0
    for path in paths or known_files():
        for fault in faults_of(path, Path(path).read_text(encoding="utf-8")):
            print(f"{path}:{fault.line}: {fault.rule}: {fault.sentence}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
