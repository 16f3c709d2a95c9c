"""What a view looks like: one module per format."""
