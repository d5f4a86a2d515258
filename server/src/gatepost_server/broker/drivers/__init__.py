"""The drivers, one module per type of connection; loaded by the broker process when first needed."""
