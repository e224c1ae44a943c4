"""What both sides run on: warm parents and their children, limits, cells, magics."""
