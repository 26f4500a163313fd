"""Which text a parameter gets into, and what was checked of it before."""
