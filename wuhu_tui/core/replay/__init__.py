"""Replay: recorded journals shown as the same board, at any moment.

From below: `journals`, `strand` and `lines` read what is written, `clocks` and `probing` hold the
clocks of hosts against each other, `order` makes one row of it all. `folding` turns the row into a
`state`, `reading` keeps one every so many records (`pieces`, `frames`, `storage`), and `seeker` goes
from the nearest of them to any moment (`transcripts` for what a session had said). `told`, `axis`
and `scrubber` are what a scrubber shows. `background` drives all this in a thread and, for a long
recording, in a process (`reading_process`); `reel` is the one thing that others see of it.

Above: `replay_core` is the door of a core that stands at a moment. `moving` and `panes` go there,
`playing` and `stepping` say where to, `past_…` and `comparing` answer what a live core would have
answered then, over `ground`, and `refusing` what cannot be had.
"""
