"""A project's own rules (CAL990): ast-grep rules in YAML, run on in-call functions and what these reach."""
