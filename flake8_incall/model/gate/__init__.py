"""What code reaches, keeps and changes, measured by the gate's policy: the facts of the sealed rules."""
