"""What a class's files can be: refused as a whole, with the file, what is wrong, and what to do."""

from __future__ import annotations

from crmlib.course import CourseError


class ClassroomError(CourseError):
    """A file or a call that cannot be used; the text names the remedy."""
