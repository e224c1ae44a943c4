"""One submission becomes marks, and a page that says why."""
