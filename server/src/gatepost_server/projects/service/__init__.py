"""Use-cases of projects and datasets."""
