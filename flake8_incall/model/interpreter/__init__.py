"""Abstract interpretation: values along the control-flow graph of a function.

`values` is the domain, `knowledge` what tests tell of a value, `state` all of it at one point of one way;
`joins` and `renaming` bring loops to an end. `machine` leads states along the graph: `steps` has what each action
does, `evaluation` what each expression gives, `assumptions` what a test tells. The other modules are the
operations: operators, containers, names, attributes, calls, patterns, exceptions.
"""
