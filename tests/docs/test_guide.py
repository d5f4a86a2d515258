"""What the guide and the README show is what happens: every command of them is run."""

from pathlib import Path

import pytest
from guide_blocks import blocks_of
from guide_desk import has_program, lay_desk

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md")))
STEPS = [(at, block) for page in PAGES for at, block in enumerate(blocks_of(page))]


@pytest.mark.e2e
@pytest.mark.parametrize(("at", "block"), STEPS, ids=[block.name for _, block in STEPS])
def test_a_step_does_what_the_page_shows(at, block, instance, desks, tmp_path_factory):
    if block.why_not is not None:
        pytest.skip(block.why_not)
    if block.program is not None and not has_program(block.program):
        pytest.skip(f"{block.program} is not on this machine")
    page = block.page.stem
    if page not in desks:
        desks[page] = lay_desk(page, instance, tmp_path_factory.mktemp(page))
    desk = desks[page]
    before = [(n, one) for n, one in STEPS if one.page == block.page and n < at and n not in desk.done]
    for n, earlier in before:
        if earlier.why_not is None and (earlier.program is None or has_program(earlier.program)):
            desk.do(earlier)
        desk.done.add(n)
    desk.done.add(at)
    desk.do(block)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_file_that_a_reader_writes_is_named_on_the_page(page):
    """What says so to this test is a comment, which no reader of the page sees."""
    lines = page.read_text().splitlines()
    written = [(at, line.split()[3]) for at, line in enumerate(lines) if line.startswith("<!-- step: write ")]
    unnamed = [name for at, name in written if Path(name).name not in " ".join(lines[max(0, at - 3) : at])]
    assert unnamed == []
