"""The relay: one trusted process between the gate and one deployment's process."""
