"""The database: engine, sessions, tables and every SQL statement of the product."""
