"""The words of the design as frozen types and transition tables; pure, no I/O."""
