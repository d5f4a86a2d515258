"""The mean of some normally distributed numbers, by a classic WSGI application."""

from random import gauss
from statistics import fmean

from flask import Flask, Response, abort, jsonify, request, url_for

app = Flask(__name__)
MOST = 1_000_000


@app.get("/")
def index() -> str:
    """Show where the service is, with a link that is right under any prefix."""
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Mean</title>
<h1>Mean</h1>
<p>Draw <a href="{url_for("mean", samples=5)}">five numbers</a>
   or <a href="{url_for("mean", samples=5000)}">five thousand</a>; the mean of many is close to zero.</p>
</html>"""


@app.get("/mean")
def mean() -> Response:
    """Draw *samples* numbers and answer their mean."""
    samples = request.args.get("samples", default=10, type=int)
    if not 1 <= samples <= MOST:
        abort(400, f"samples must be between 1 and {MOST}")
    return jsonify([fmean(gauss() for _ in range(samples))])
