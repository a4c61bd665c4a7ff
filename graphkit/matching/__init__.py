"""Company names as the world writes them, matched to the companies of a base."""

from graphkit.matching.matcher import Level, Matcher, NameMatch

__all__ = ["Level", "Matcher", "NameMatch"]
