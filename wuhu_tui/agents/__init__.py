"""Adapters: one file for each way of speaking to an agent program."""
