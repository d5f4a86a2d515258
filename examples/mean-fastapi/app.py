"""The mean of some normally distributed numbers, as a web service."""

from random import gauss
from statistics import fmean
from typing import Annotated

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse

app = FastAPI(title="Mean", description="Draws numbers from the standard normal distribution.")

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mean</title>
<style>
  body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem; color: #1c2333 }
  output { display: block; font-size: 3rem; font-variant-numeric: tabular-nums; margin: 1rem 0 }
  input, button { font: inherit; padding: .4rem .8rem; border: 1px solid #8a94a6; border-radius: .4rem }
  button { background: #2f5d50; border-color: #2f5d50; color: #fff }
  code { background: #eef1f0; padding: .1rem .3rem; border-radius: .2rem }
</style>
<main>
  <h1>Mean</h1>
  <form>
    <label>Samples <input name="samples" type="number" value="10" min="1" max="1000000" required></label>
    <button>Draw</button>
  </form>
  <output aria-live="polite">…</output>
  <p>Programs call <code>mean?samples=5</code>; the <a href="docs">reference</a> says more.</p>
</main>
<script>
  const form = document.querySelector("form"), out = document.querySelector("output");
  const draw = async () => {
    const answer = await fetch("mean?" + new URLSearchParams(new FormData(form)));
    out.textContent = answer.ok ? (await answer.json())[0].toFixed(4) : "not possible";
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); draw(); });
  draw();
</script>
</html>
"""


@app.get("/", response_class=HTMLResponse, include_in_schema=False)
def page() -> str:
    """Show a small page that calls the service."""
    return PAGE


@app.get("/mean")
def mean(samples: Annotated[int, Query(ge=1, le=1_000_000)] = 10) -> list[float]:
    """Draw *samples* numbers and return their mean, in the shape that Plumber answers."""
    return [fmean(gauss() for _ in range(samples))]
