"""Where a visit may be sent on to: paths of this server, nothing else."""

import pytest

from gatepost_server.ui.visits import safe_next


@pytest.mark.parametrize("path", ["/keys", "/content/24/?a=b&c=d", "/cli/login?port=4000&state=x"])
def test_a_path_of_this_server_is_gone_on_to(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "text",
    [
        "", "keys", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
        "/a\\b", "/a\nb", "/\tx", "http:/evil", "\\\\evil.example", "/%0d%0a\r\nX: y",
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_applications(text: str) -> None:
    assert safe_next(text) == "/applications"
