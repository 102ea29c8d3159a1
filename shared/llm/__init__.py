"""Models: any OpenAI-compatible server, reached safely."""
