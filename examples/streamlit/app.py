"""A small laboratory: how close is the mean of a sample to the truth?"""

import numpy as np
import pandas as pd
import streamlit as st

st.set_page_config(page_title="Sampling lab", page_icon="🎲", layout="wide")
st.title("Sampling lab")
st.caption("Draw samples from a normal distribution and watch their means gather around the truth.")

with st.sidebar:
    truth = st.slider("True mean", -5.0, 5.0, 1.0, 0.5)
    spread = st.slider("Standard deviation", 0.5, 5.0, 2.0, 0.5)
    size = st.select_slider("Sample size", [5, 10, 20, 50, 100, 500, 1000], 50)
    draws = st.slider("Samples", 10, 1000, 200, 10)
    seed = st.number_input("Seed", 0, 9999, 42)

samples = np.random.default_rng(seed).normal(truth, spread, (draws, size))
means = samples.mean(axis=1)
error = spread / np.sqrt(size)

left, middle, right = st.columns(3)
left.metric("Mean of the means", f"{means.mean():.3f}", f"{means.mean() - truth:+.3f} from the truth")
middle.metric("Standard error, seen", f"{means.std(ddof=1):.3f}")
right.metric("Standard error, expected", f"{error:.3f}")

counts, edges = np.histogram(means, bins=30)
centres = ((edges[:-1] + edges[1:]) / 2).round(3)
st.bar_chart(
    pd.DataFrame({"Mean of a sample": centres, "Samples": counts}), x="Mean of a sample", y="Samples"
)

running = pd.DataFrame(
    {
        "Samples so far": np.arange(1, draws + 1),
        "Running mean": np.cumsum(means) / np.arange(1, draws + 1),
    }
)
st.line_chart(running, x="Samples so far", y="Running mean")

table = pd.DataFrame({"sample": np.arange(1, draws + 1), "mean": means.round(4)})
st.download_button("Download the means", table.to_csv(index=False), "means.csv", "text/csv")
