"""The hostile corpus: what a class can hand in, each case with the marks due and what must not happen."""
