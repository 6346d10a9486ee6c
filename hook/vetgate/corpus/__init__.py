"""The build of snapshots from public sources; nothing of it is installed for the hook.

`sources/` reads each source, checks it row by row, and lays it down in one form; the expressions
(`presence`, `declared`, …) say once, for every engine, what the facts are; `engines` runs them;
`building` puts the snapshot together.
"""
