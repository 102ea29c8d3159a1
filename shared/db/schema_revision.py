"""The revision of the schema that this code expects: the newest migration of infra/migrations, which functions do not
contain."""

NEWEST = "0029"
