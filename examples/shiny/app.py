"""Waiting times between eruptions of the Old Faithful geyser, as a histogram."""

from collections import Counter
from pathlib import Path

from shiny import App, Inputs, Outputs, Session, reactive, render, ui

WAITING = [int(line) for line in (Path(__file__).parent / "waiting.csv").read_text().split()[1:]]
LOW, HIGH = min(WAITING), max(WAITING)

app_ui = ui.page_sidebar(
    ui.sidebar(
        ui.input_slider("bins", "Bins", min=5, max=40, value=20),
        ui.input_slider("range", "Minutes", min=LOW, max=HIGH, value=(LOW, HIGH)),
    ),
    ui.layout_columns(
        ui.value_box("Eruptions", ui.output_text("count")),
        ui.value_box("Mean wait", ui.output_text("mean")),
    ),
    ui.card(ui.card_header("Minutes until the next eruption"), ui.output_ui("histogram")),
    title="Old Faithful",
)


def bars(values: list[int], bins: int) -> str:
    """Draw a histogram as SVG; no plotting library is needed for that."""
    low, high = min(values), max(values) + 1
    width = (high - low) / bins
    heights = Counter(min(int((value - low) / width), bins - 1) for value in values)
    tallest = max(heights.values())
    shapes = [
        f'<rect x="{n * 600 / bins + 1:.1f}" y="{220 - 200 * heights[n] / tallest:.1f}" '
        f'width="{600 / bins - 2:.1f}" height="{200 * heights[n] / tallest:.1f}" fill="#2f5d50">'
        f"<title>{low + n * width:.0f} to {low + (n + 1) * width:.0f} min: {heights[n]}</title></rect>"
        for n in range(bins)
    ]
    labels = (
        f'<text x="0" y="240">{low} min</text><text x="600" y="240" text-anchor="end">{high - 1} min</text>'
    )
    return (
        '<svg viewBox="0 0 600 246" role="img" aria-label="Histogram of waiting times" '
        f'style="width:100%;height:auto">{"".join(shapes)}{labels}</svg>'
    )


def server(input: Inputs, output: Outputs, session: Session) -> None:
    @reactive.calc
    def chosen() -> list[int]:
        low, high = input.range()
        return [value for value in WAITING if low <= value <= high]

    @render.text
    def count() -> str:
        return str(len(chosen()))

    @render.text
    def mean() -> str:
        return f"{sum(chosen()) / len(chosen()):.1f} min" if chosen() else "none"

    @render.ui
    def histogram() -> ui.Tag | ui.HTML:
        return ui.HTML(bars(chosen(), input.bins())) if chosen() else ui.p("No eruption in this range.")


app = App(app_ui, server)
