"""Chat calls that do not stream: history, image uploads, stopping a reply."""
