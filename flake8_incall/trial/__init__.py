"""One call of one function, outside of a call: `flake8-incall call`. Needs the runtime.

values      arguments from `key=value`, by the schema that the model is sent
context     what stands in for the call's `RunContext`
platform    what stands in for the platform's own functions
requests    the HTTP requests that are made meanwhile
secrets     secrets from the command line or the environment, and texts without them
run         the call itself
"""
