"""The SPA on S3 or COS: one build (`fd/dist`), put up with the addresses of a stage."""
