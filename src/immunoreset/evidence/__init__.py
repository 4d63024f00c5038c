"""What was published, with its uncertainty, and how the simulation compares."""

from immunoreset.evidence.compare import Comparison, compare
from immunoreset.evidence.published import PublishedNumber, PublishedPoint, Source, published_numbers, published_points

__all__ = ["Comparison", "PublishedNumber", "PublishedPoint", "Source", "compare", "published_numbers", "published_points"]
