"""Times one flake8 plugin over many files, in a process of its own that has only this plugin installed.

Input (JSON on stdin): the plugin's codes, flake8's arguments, the files. Output: seconds of CPU, lines, files
and findings. Reading and parsing are not timed: flake8 does them once for all plugins.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

from flake8.options.parse_args import parse_args
from flake8.processor import FileProcessor


def measure(codes: str, arguments: list[str], files: list[str]) -> dict[str, float]:
    """Run the tree plugin with these codes on each file that parses."""
    plugins, options = parse_args(["--isolated", *arguments])
    plugin = next(loaded for loaded in plugins.checkers.tree if loaded.entry_name == codes)
    totals = {"seconds": 0.0, "lines": 0, "files": 0, "findings": 0}
    for file in files:
        processor = FileProcessor(file, options)
        try:
            tree = processor.build_ast()
        except (SyntaxError, ValueError, RecursionError):
            continue
        given = {"tree": tree, **processor.keyword_arguments_for(plugin.parameters, {"tree": tree})}
        begin = time.process_time()
        findings = len(list(plugin.obj(**given).run()))
        totals["seconds"] += time.process_time() - begin
        totals["findings"] += findings
        totals["lines"] += len(processor.lines)
        totals["files"] += 1
    return totals


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    json.dump(measure(**json.load(sys.stdin)), sys.stdout)
