"""The one door to git: plumbing commands only, NUL-separated, whatever the user's settings are.

The environment that git gives to its hooks is kept: `GIT_INDEX_FILE` names the temporary index of
`git commit -a` and `git commit PATH`, and that index is what will be committed.
"""
