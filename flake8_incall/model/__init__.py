"""What the code is. Knows no rule.

    module, tree, source, paths, sites      one file: text, tree, places, the nodes that rules ask for
    scopes, binder, names                   scopes and bindings, and what a name stands for
    discovery, function, signature/         which functions are in-call functions, and what they promise
    docstring/, documents/                  what the model is told; function documents (JSON)
    flow/, interpreter/, results/           the control-flow graph, values along it, what is handed back
    references/                             what expressions refer to, and what in-call code reaches
    security/, inputs/, gate/               what it does that it must not; where a caller's words go; the gate's facts
    validation/                             what was checked of a parameter before it is used
    waiting/, errors/                       external calls and how long they take; which exceptions get out
    practice/                               size, log, what a snippet takes along, what is done twice, what is offered

Every fact is worked out when a rule first asks for it, and kept on `Module` or `InCallFunction`.
"""
