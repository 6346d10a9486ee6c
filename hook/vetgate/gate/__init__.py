"""The gate index: a package index on this machine that judges before it answers."""
