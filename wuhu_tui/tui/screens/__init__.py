"""The screens; they only wire."""
