"""Client of the Model Context Protocol (decision 0027)."""
