"""The instructor's side of the wall: the process that holds the tests and no student code."""
