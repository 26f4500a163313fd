"""What the code is. Knows no rule.

    code/                                   one file: text, tree, scopes and names, and the facts table
    flow/, references/, signature/          the control-flow graph, what expressions refer to, what annotations say
    calls/                                  which functions are in-call functions, what they reach and call
    docstring/, documents/                  what the model is told; function documents (JSON)
    interpreter/, results/                  values along the graph, what is handed back
    waiting/, errors/                       external calls and how long they take; which exceptions get out
    inputs/, validation/                    where a caller's words go; what was checked of a parameter before it is used
    security/, gate/                        what it does that it must not; the gate's facts
    practice/                               size, log, what a snippet takes along, what is done twice, what is offered

Each room uses those before it in the order of `tests/test_layers.py`. A fact is computed when a rule first asks for
it, and kept: `module.fact(References)`, `function.fact(settled_results)`.
"""
