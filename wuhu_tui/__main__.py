"""`python -m wuhu_tui` is `wuhu`."""

from wuhu_tui.cli.main import main

main()
