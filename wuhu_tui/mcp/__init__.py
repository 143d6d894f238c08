"""Servers of tools that agents start: the worker's own, over stdio."""
