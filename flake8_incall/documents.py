"""Function documents: each function's code is checked as a snippet, and findings point into the JSON file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flake8_incall.diagnostics import Diagnostic, Edit, Fix
from flake8_incall.model.code.noqa import Noqa
from flake8_incall.model.documents.document import Document, DocumentFunction, SourceText
from flake8_incall.options import Options
from flake8_incall.pipeline import findings_of, rules_by_subject, run_rules
from flake8_incall.rules.merging import Reported, marked, merged


def document_diagnostics(document: Document, path: str, options: Options) -> list[Diagnostic]:
    """Check a function document.

    Args:
        document: What was read of it.
        path: The file as it is to be named in the diagnostics.
        options: What to look for.

    Returns:
        The diagnostics by place in the JSON file; `inner` is the place inside the function's own text.
        What is no function document (CAL001) and code that does not parse (CAL009) are diagnostics too.
    """
    found = run_rules(rules_by_subject(options.profile, for_documents=True), _subjects(document), [], path)
    for function in document.functions:
        if function.source is not None:
            found += _in_code(function, function.source)
    # JSON has no comments, so there is no `noqa` to look for.
    return merged(marked(found, Noqa([]), options))


def _subjects(document: Document) -> Iterator[tuple[Any, str | None]]:
    yield from ((part, None) for part in (*document.unreadable, *document.unknown))
    yield from ((function, function.label) for function in document.functions)


def _in_code(function: DocumentFunction, source: SourceText) -> Iterator[Reported]:
    for found in findings_of(source.module) if source.module is not None else ():
        # What the platform runs in the function's place was not written as one; loading it may do harm all the same.
        if not function.is_behind_another or found.rule.code.startswith(("CAL5", "CAL998", "CAL999")):
            yield replace(found, diagnostic=_in_document(found.diagnostic, source, function.label))


def _in_document(diagnostic: Diagnostic, source: SourceText, label: str | None) -> Diagnostic:
    span = source.span(diagnostic.start, diagnostic.end)
    return replace(
        diagnostic,
        start=span.start,
        end=span.end,
        inner=span.inner,
        function=label or diagnostic.function,
        qualified_name=label or diagnostic.qualified_name,
        fix=diagnostic.fix and _in_file(diagnostic.fix, source),
    )


def _in_file(fix: Fix, source: SourceText) -> Fix:
    """A fix of the code as a fix of the JSON text that holds it."""
    spans = [source.span(edit.start, edit.end) for edit in fix.edits]
    texts = [json.dumps(edit.text, ensure_ascii=False)[1:-1] for edit in fix.edits]
    edits = (Edit(span.start, span.end, text) for span, text in zip(spans, texts, strict=True))
    return replace(fix, edits=tuple(edits))
