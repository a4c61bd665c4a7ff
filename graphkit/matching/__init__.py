"""Company names as the world writes them, matched to the companies of a base.

`opencc` makes traditional Chinese characters simplified, `normality` writes other scripts in Latin letters, `babel`
names the countries, `rapidfuzz` counts letters apart. `fingerprints` and `rigour` are not used: they put a name in
Latin letters before legal forms are cut off, so that 有限公司 is read as syllables, and the versions that know more
need a compiler. A name is one field here, told apart by what the words around it tell.
"""

from graphkit.matching.matcher import Level, Matcher, NameMatch
from graphkit.matching.name_parts import is_name

__all__ = ["Level", "Matcher", "NameMatch", "is_name"]
