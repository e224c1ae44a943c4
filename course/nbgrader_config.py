"""Settings that the English and the Chinese class share. nbgrader reads this through en/ and zh/."""

c = get_config()  # noqa: F821 - nbgrader provides it

c.ExecutePreprocessor.timeout = 60

# The students' pages must not show what the hidden tests are (nbgrader by itself prints them in the feedback).
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "crmlib.grading.feedback.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
