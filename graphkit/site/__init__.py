"""The base as static pages that link to each other: companies, chips, rules, documents, chosen ways."""
