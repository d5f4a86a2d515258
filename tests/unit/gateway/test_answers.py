"""The gate's pages for people: what is a decision leads to its explanation, the rest does not."""

import re

from gatepost_server.gateway.authorizer import answers, guest_pages

HOME = "http://gatepost.test"
NUMBER = "req_" + "1" * 24


def test_a_refusal_leads_to_its_explanation() -> None:
    for problem in (answers.UNKNOWN, answers.BAD_CREDENTIAL, answers.lacking("USE")):
        page = answers.shown(problem, NUMBER, HOME).body.decode()
        assert f"<a href='{HOME}/explain?decision_id={NUMBER}' target=_top>Why?</a>" in page


def test_a_page_of_what_wakes_asks_again_by_itself_and_no_other_does() -> None:
    said = answers.answered_here(answers.WAKING, NUMBER, is_page=True).headers[1][1]
    page = answers.said_here(said, HOME)
    assert (page.status, dict(page.headers)["retry-after"]) == (503, "2")
    assert b"<meta http-equiv=refresh content=2>" in page.body
    assert b"http-equiv" not in answers.shown(answers.NOT_YET, NUMBER, HOME).body


def test_what_is_no_decision_about_rights_has_no_explanation() -> None:
    for problem in (answers.STOPPED, answers.TOO_LARGE, answers.AWAY):
        page = answers.shown(problem, NUMBER, HOME).body.decode()
        assert "/explain" not in page
        assert NUMBER in page


def test_every_page_of_the_gate_is_complete_in_itself() -> None:
    for page in (
        answers.shown(answers.UNKNOWN, NUMBER, HOME, again="/", ask=f"{HOME}/requests/new"),
        answers.shown(answers.WAKING, NUMBER, HOME),
        guest_pages.invited("Report"),
        guest_pages.over(NUMBER, HOME),
    ):
        assert b"<style>html{" in page.body
        assert not re.search(rb"<script|<link|src=|url\(|@import", page.body)
