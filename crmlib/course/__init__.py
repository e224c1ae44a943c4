"""The course as data: lessons, exam points, exercises, questions and references, loaded and checked.

Everything here is read from ``course/`` and comes out as frozen dataclasses. A file that cannot be used is
refused with its name, the entry, the field and the remedy, so that whoever edits content knows which line to mend.
"""

from crmlib.course.bank import LEVELS, QUESTION_KINDS, Question, lesson_questions, questions
from crmlib.course.bank_parts import Calculation, ListItem, MarkingPoint, Mistake, Pair, Parameter, QuestionOption, Step, Written, WrongNumber
from crmlib.course.exam import EVIDENCE, EXAMINABLE, KINDS, ExamPoint, Lesson, all_points, lesson, lessons, point, points
from crmlib.course.files import COURSE, ROOT, CourseError
from crmlib.course.links import check_links
from crmlib.course.literature import Reference, authors, references
from crmlib.course.practice import PRACTICE_KINDS, Exercise, Misconception, Option, PracticeItem, exercise, exercises, practice_item

__all__ = [
    "COURSE",
    "EVIDENCE",
    "EXAMINABLE",
    "KINDS",
    "LEVELS",
    "PRACTICE_KINDS",
    "QUESTION_KINDS",
    "ROOT",
    "Calculation",
    "CourseError",
    "ExamPoint",
    "Exercise",
    "Lesson",
    "ListItem",
    "MarkingPoint",
    "Mistake",
    "Misconception",
    "Option",
    "Pair",
    "Parameter",
    "PracticeItem",
    "Question",
    "QuestionOption",
    "Reference",
    "Step",
    "Written",
    "WrongNumber",
    "all_points",
    "authors",
    "check_links",
    "exercise",
    "exercises",
    "lesson",
    "lesson_questions",
    "lessons",
    "point",
    "points",
    "practice_item",
    "questions",
    "references",
]
