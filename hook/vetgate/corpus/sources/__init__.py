"""The public sources that a snapshot is built from, one module each."""
