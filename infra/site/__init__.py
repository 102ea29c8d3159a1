"""Deployment of the SPA to S3 or COS: one build (`fd/dist`), uploaded with the addresses of a stage."""
