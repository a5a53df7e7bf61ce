"""From a folder of YAML and Markdown to a compiled handbook, or to every problem at once."""

from libin.handbook.source.loading import Loaded, load
from libin.handbook.source.problems import HandbookProblems, Problem

__all__ = ["HandbookProblems", "Loaded", "Problem", "load"]
