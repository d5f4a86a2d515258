"""The runtime: builds environments, runs apps in their sandboxes, keeps them answering.

Import from the rooms (`runtime.service`, `runtime.ports`, `runtime.isolation`): this file
stays empty, because every relay and every sandbox starts through it and must start fast.
"""
