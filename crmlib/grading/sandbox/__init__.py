"""The student's side of the wall: sessions that run student code."""
