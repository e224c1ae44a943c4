"""What is kept: the gradebook's cells and marks, and one row per submission."""
