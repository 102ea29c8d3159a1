"""HTTP requests to servers that users choose."""
