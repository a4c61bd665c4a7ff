"""Company names as the world writes them, matched to the companies of a base."""

from graphkit.matching.matcher import Matcher, NameMatch

__all__ = ["Matcher", "NameMatch"]
