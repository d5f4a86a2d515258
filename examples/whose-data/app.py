"""Rows of a dataset, read by the application itself or for whoever looks at it."""

import json
from html import escape

import gatepost
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from gatepost.errors import GatepostError

app = FastAPI(title="Whose data")

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Whose data</title>
<style>
  body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem; color: #1c2333 }}
  dt {{ color: #5a6478 }} dd {{ margin: 0 0 1rem; font-weight: 600 }}
  code {{ background: #eef1f0; padding: .1rem .3rem; border-radius: .2rem }}
</style>
<main>
  <h1>Whose data</h1>
  <dl>
    <dt>By itself this application acts for</dt><dd>{deployer}</dd>
    <dt>With your request it acts for</dt><dd>{visitor}</dd>
  </dl>
  <p>Rows of a dataset: <code>rows/PROJECT/DATASET</code>, and for you <code>mine/PROJECT/DATASET</code>.</p>
</main>
</html>
"""


@app.exception_handler(GatepostError)
def refused(_: Request, refusal: GatepostError) -> JSONResponse:
    """Pass on what the API refuses, so that callers see why."""
    return JSONResponse(refusal.to_json(), status_code=refusal.status or 401)


@app.get("/", response_class=HTMLResponse, include_in_schema=False)
def page(request: Request) -> str:
    """Say for whom the application acts."""
    return PAGE.format(deployer=escape(named(None)), visitor=escape(named(request)))


@app.get("/who")
def who(request: Request) -> dict[str, str]:
    """Say for whom the application acts, for programs."""
    return {"by_itself": named(None), "with_your_request": named(request)}


@app.get("/rows/{project}/{dataset}")
def rows(project: str, dataset: str, limit: int = 10) -> list[dict[str, object]]:
    """Return rows as the application itself may read them."""
    return first_rows(None, project, dataset, limit)


@app.get("/mine/{project}/{dataset}")
def mine(request: Request, project: str, dataset: str, limit: int = 10) -> list[dict[str, object]]:
    """Return rows as whoever asks may read them."""
    return first_rows(request, project, dataset, limit)


def first_rows(visitor: Request | None, project: str, dataset: str, limit: int) -> list[dict[str, object]]:
    """Read some rows, for the visitor or by itself."""
    with (
        gatepost.client(visitor=visitor) as gp,
        gp.datasets.rows(project, dataset, form="ndjson", limit=limit) as pieces,
    ):
        return [json.loads(line) for line in b"".join(pieces).splitlines()]


def named(visitor: Request | None) -> str:
    """Return whom the application acts for, or why for nobody."""
    try:
        with gatepost.client(visitor=visitor) as gp:
            lender = gp.me.get().on_behalf_of
    except GatepostError as refusal:
        return f"nobody: {refusal.detail}"
    return lender.name if lender is not None else "nobody"
