"""What was handed in becomes the notebook to run: found by what it is, repaired where honest, put into the source."""
