"""The command line: a module per command or two, and what they share.

`cli` lists the commands and runs one; only its module is imported then. A command is a function from
options to what it prints: its subject comes from `subjects`, whose prices come from a `source`. Studies are
printed by `one_event` and `many_events`, in the words of `printing` (people), `documents` and
`list_documents` (programs).

Nothing is imported here: the processes of a cluster import `lists` and `workers` alone.
"""
