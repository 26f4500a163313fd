"""The model providers whose schemas LiveKit builds."""

from __future__ import annotations

PROVIDERS = ("openai", "openai-strict", "anthropic", "google", "aws")
