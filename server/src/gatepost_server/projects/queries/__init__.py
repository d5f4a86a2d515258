"""Reads of projects and of datasets."""
