"""Projects and prompts."""
