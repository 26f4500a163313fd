"""Repairs: what a good developer would write for a finding, as edits of the module's text."""
