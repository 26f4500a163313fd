"""The language server: findings, fixes and what the model sees of a function, while a file is being written.

text        a document's text as editors count it: edits in, places out
findings    diagnostics of the linter as those of the protocol
actions     what an editor can do about findings: fix, fix all, suppress
suppressing the edits that make a `noqa` comment count
hovering    what the model sees of a function, as text for a pop-up
projects    a folder's settings, and checks with them; they are read again when a file of them changes
judging     a document checked again and again: only what an edit affects is judged anew
half_typed  the findings that still hold while a text does not parse
worker      the process that checks, so that the server can answer meanwhile
workers     the server's side of these processes
documents   the open documents, and when each is checked
language_server  the protocol: what an editor says, and what it is answered
"""
