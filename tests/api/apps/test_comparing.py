"""Two versions compared: files line by line, requirements, resources; and who may."""

from collections.abc import Callable
from typing import Any

from httpx import Response

Problem = Callable[[Response], tuple[int, str]]
OLD = {
    "app.py": "a = 1\nb = 2\n",
    "gone.py": "x\n",
    "same.py": "s\n",
    "requirements.txt": "flask\nnumpy # x\n",
}
NEW = {"app.py": "a = 1\nb = 3\n", "new.py": "y\n", "same.py": "s\n", "requirements.txt": "flask\nfastapi\n"}


def _two(server: Any, old: dict[str, str], new: dict[str, str]) -> str:
    """Make a source with two versions, and return the path of its versions."""
    fields = {"name": "S", "kind": "streamlit"}
    made = server.upload("owner", "sources", server.packed(old), fields).json()
    path = f"sources/{made['id']}/versions"
    answer = server.upload("owner", path, server.packed(new), {"kind": "streamlit"})
    assert answer.status_code == 201, answer.text
    return path


def test_200_files_requirements_and_resources_are_compared(server: Any) -> None:
    path = _two(server, OLD, NEW)
    server.call("owner", "PUT", f"{path}/2/resources", json={"memory": 512})
    found = server.call("owner", "GET", f"{path}/3/compare?before=1").json()
    assert (found["before"], found["version"]) == (1, 3)
    files = {one["path"]: one for one in found["files"]}
    assert {name: one["change"] for name, one in files.items()} == {
        "app.py": "changed", "gone.py": "removed", "new.py": "added", "requirements.txt": "changed",
    }  # fmt: skip
    assert files["app.py"]["diff"].splitlines() == [
        "--- a/app.py", "+++ b/app.py", "@@ -1,2 +1,2 @@", " a = 1", "-b = 2", "+b = 3",
    ]  # fmt: skip
    assert found["requirements"] == {"added": ["fastapi"], "removed": ["numpy"]}
    assert found["resources"] == [{"name": "memory", "before": 1024, "after": 512}]


def test_200_the_other_way_round_and_with_itself(server: Any) -> None:
    path = _two(server, OLD, NEW)
    assert server.call("owner", "GET", f"{path}/2/compare").json()["before"] == 1
    assert server.call("owner", "GET", f"{path}/1/compare").json()["before"] == 1
    back = server.call("owner", "GET", f"{path}/1/compare?before=2").json()
    assert {one["path"]: one["change"] for one in back["files"]}["new.py"] == "removed"
    same = server.call("owner", "GET", f"{path}/2/compare?before=2").json()
    assert (same["files"], same["resources"], same["requirements"]) == ([], [], {"added": [], "removed": []})


def test_200_what_is_no_text_or_too_long_has_no_difference_by_lines(server: Any) -> None:
    long = "".join(f"{number}\n" for number in range(3000))
    old, new = {**OLD, "long.txt": long, "b.bin": "\0a"}, {**OLD, "long.txt": f"{long}x", "b.bin": "\0b"}
    path = _two(server, old, new)
    found = server.call("owner", "GET", f"{path}/2/compare?before=1").json()
    assert [(one["path"], one["diff"]) for one in found["files"]] == [("b.bin", None), ("long.txt", None)]


def test_400_403_404_what_cannot_be_compared(server: Any, problem: Problem) -> None:
    path = _two(server, OLD, NEW)
    assert problem(server.call("owner", "GET", f"{path}/2/compare?before=0"))[0] == 400
    assert problem(server.call("owner", "GET", f"{path}/2/compare?before=7")) == (404, "unknown-version")
    assert problem(server.call("other", "GET", f"{path}/2/compare?before=1")) == (404, "not-found")
    assert problem(server.call(None, "GET", f"{path}/2/compare?before=1"))[0] == 401
