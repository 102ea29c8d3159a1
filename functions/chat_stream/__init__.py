"""Chat calls that stream a reply as server-sent events."""
