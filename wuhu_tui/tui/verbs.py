"""Runs the core's verbs beside the screen: one worker each, every failure told."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from textual.worker import Worker

from wuhu_tui.model.errors import WuhuError
from wuhu_tui.tui.safe import safe_text

if TYPE_CHECKING:
    from wuhu_tui.tui.app import WuhuApp

T = TypeVar("T")
GROUP = "verbs"

BRIEF = 3.0
"""Seconds for which a mere confirmation is shown: what it says can be seen on the screen too."""


class Verbs:
    """Sends what the lead wants to the core; the screen never waits for it."""

    def __init__(self, app: WuhuApp) -> None:
        self._app = app
        self._running: set[str] = set()

    def run(
        self,
        verb: Coroutine[Any, Any, T],
        *,
        done: str = "",
        then: Callable[[T], None] | None = None,
        failed: Callable[[WuhuError], None] | None = None,
        once: str = "",
    ) -> Worker[None] | None:
        """Run one verb; `done` is told on success, then `then` is called with its result.

        While a verb runs, another with the same `once` is refused in words.
        """
        if once and once in self._running:
            verb.close()
            self.tell(f"{once} is still under way", title="Already asked")
            return None
        self._running.add(once)
        stage = self._app.stage
        then = self._app.on_stage(stage, then) if then else None
        failed = self._app.on_stage(stage, failed) if failed else None
        work = self._guarded(verb, done, then, failed, once)
        return self._app.run_worker(work, group=GROUP, name=once or done, exit_on_error=False)

    async def _guarded(
        self,
        verb: Coroutine[Any, Any, T],
        done: str,
        then: Callable[[T], None] | None,
        failed: Callable[[WuhuError], None] | None,
        once: str,
    ) -> None:
        try:
            result = await verb
        except WuhuError as error:
            self.tell_error(error)
            if failed:
                failed(error)
            return
        finally:
            self._running.discard(once)
        if done:
            self.tell(done)
        if then:
            then(result)

    def tell(self, message: str, *, title: str = "", severe: bool = False) -> None:
        """Show a toast; its text is data."""
        self._app.notify(
            safe_text(message),
            title=safe_text(title),
            severity="warning" if severe else "information",
            timeout=None if severe or title else BRIEF,
            markup=False,
        )

    def tell_error(self, error: WuhuError) -> None:
        """Show what went wrong, where, and what to do."""
        where = f"{error.where}: " if error.where else ""
        remedy = f"\n→ {error.remedy}" if error.remedy else ""
        message = safe_text(f"{where}{error.message}{remedy}")
        self._app.notify(message, title=error.title, severity="error", timeout=10, markup=False)
