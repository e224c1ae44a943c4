"""Pictures of the course: each is a function that works alone and that an explorer can move."""

from crmlib.figures.style import use_course_fonts

use_course_fonts()
