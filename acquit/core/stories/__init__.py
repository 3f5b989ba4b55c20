"""Stories: what should happen on which day, told in a few lines and run on the pure core."""

from acquit.core.stories.reading import StoryError
from acquit.core.stories.run import StoryResult, run_story

__all__ = ["StoryError", "StoryResult", "run_story"]
