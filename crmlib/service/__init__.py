"""Service and complaints: what a complaint is worth, how far a story travels, and who should do the repairs.

One idea per file: ``recovery`` (complaints as a second chance), ``word_of_mouth`` (how many hear of it), ``after_sales``
(make or buy), ``complaint_log`` (the running case's complaints). Use them all from here.

Every share names its base: of whom? That is where the figures of the textbooks part.
"""

from crmlib.service.after_sales import after_sales_cost, crossover_jobs, make_or_buy
from crmlib.service.complaint_log import bought_again, complaint_summary
from crmlib.service.recovery import BASES, AfterComplaints, after_complaints, customers_recovered
from crmlib.service.word_of_mouth import people_told

__all__ = [
    "BASES",
    "AfterComplaints",
    "after_complaints",
    "after_sales_cost",
    "bought_again",
    "complaint_summary",
    "crossover_jobs",
    "customers_recovered",
    "make_or_buy",
    "people_told",
]
