"""Use-cases of data APIs."""
