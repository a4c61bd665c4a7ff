"""Questions in Cypher: the library, and people's own."""
