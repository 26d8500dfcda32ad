"""One lane for each chat: its updates one after another, the lanes side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)
Job = Callable[[], Awaitable[None]]


class Lanes:
    """Runs jobs of one key in order and those of different keys at the same time."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[tuple[Job, asyncio.Future[None]]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.pending = 0

    def put(self, key: str, job: Job) -> asyncio.Future[None]:
        """Line a job up. The future is done when it has run, well or badly."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pending += 1
        if key in self._queues:
            self._queues[key].append((job, done))
            return done
        self._queues[key] = deque([(job, done)])
        task = asyncio.create_task(self._run(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return done

    async def _run(self, key: str) -> None:
        queue = self._queues[key]
        try:
            while queue:
                job, done = queue.popleft()
                await self._one(job, done)
        finally:
            del self._queues[key]
            self.pending -= len(queue)
            for _job, done in queue:
                done.cancel()

    async def _one(self, job: Job, done: asyncio.Future[None]) -> None:
        try:
            await job()
        except Exception:
            # The update stays unfinished in the inbox; the chat's next one must not wait for it.
            log.exception("an update could not be worked on")
        finally:
            self.pending -= 1
            if not done.done():
                done.set_result(None)

    async def close(self, grace: float) -> None:
        """Give what is running ``grace`` seconds, then stop. What has not run is still in the inbox."""
        for queue in self._queues.values():
            self.pending -= len(queue)
            for _job, done in queue:
                done.cancel()
            queue.clear()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
