"""A whole class: the roster comes in, submissions are collected, marks and feedback go out, a report says what to teach again.

Above ``crmlib.grading``, which marks one submission after the other; ``grading.py`` here is the one place that reaches down.
"""
