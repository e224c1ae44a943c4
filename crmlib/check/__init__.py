"""What exercise cells call: is the form of an answer right, is the answer right, and if not, why?

Every check has two uses. Without ``expected=`` it looks only at the form and raises ``FormError`` where an answer
is missing or unreadable: that is what a student sees before handing in. With ``expected=`` and ``points=`` it
returns the points earned as a plain float, which must be the last value of a graded cell, and prints the reason
where points are missing. ``practice`` uses the open keys in ``course/exercises`` and never raises.
"""

from crmlib.check.above import watch
from crmlib.check.functions import function
from crmlib.check.kinds import choice, items, matching, number, numbers, ordering, table
from crmlib.check.practice import options, practice
from crmlib.check.verdict import FormError

watch()

__all__ = ["FormError", "choice", "function", "items", "matching", "number", "numbers", "options", "ordering", "practice", "table"]
