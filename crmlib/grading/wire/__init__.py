"""What may pass through the wall: plain data, named calls, and how both are framed."""
