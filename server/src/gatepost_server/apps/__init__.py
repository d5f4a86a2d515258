"""Applications: sources, versions, builds, deployments and what should run."""
