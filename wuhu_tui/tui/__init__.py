"""The dashboard: draws the board, sends the lead's keys to the core."""
