"""The control-flow graph, and how a function becomes one."""
