"""Dialogs: they ask the lead for one thing and show the facts it rests on."""
