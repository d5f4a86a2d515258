"""The gate: Envoy in front of everything, and the authorizer that it asks.

Envoy's configuration is a pure function of desired state (`envoy`), kept in step with the
store by `keeper`; every governed request is judged by the authorizer.
"""
