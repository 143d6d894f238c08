"""Pure functions from the model to what a screen shows."""
