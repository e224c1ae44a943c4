"""What an instructor or nbgrader calls: a class run, nbgrader's own steps, rows as lines."""
