"""Our verdicts on signatures beside LiveKit's own."""
