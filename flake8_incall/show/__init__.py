"""What is known of the functions of a file, without running anything of it.

reading   a file's modules and document functions, in their order
why       why each function is an in-call function or none
views     what the model sees of each in-call function, and how long a caller waits for it
text      views for people; `as_json` for tools
schemas   what each model provider is sent, which LiveKit builds from functions that pass
"""
