"""The signature: annotations, defaults, decorators and registrations."""
