"""LakebasePool and AsyncLakebasePool under the load of scripts/bench-pool.sh.

Speaks the protocol of crates/lakebase/benches/pool: a setup, then commands, one JSON object a line each way.
"""

import asyncio
import json
import os
import sys
import threading
import time

from databricks_ai_bridge.lakebase import AsyncLakebasePool, LakebasePool

MESSAGES = "select id, role, body, created_at_ms from message where chat_id = %s order by id desc limit 50"


def now_ms():
    return time.time() * 1000


def answer(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def check(rows):
    if len(rows) != 50 or not all(row["id"] and row["role"] and row["body"] and row["created_at_ms"] for row in rows):
        raise AssertionError(f"{len(rows)} messages")


class Chats:
    """Chats in an order that is the same in every run."""

    def __init__(self, task, count):
        self.state, self.count = task * 0x9E3779B97F4A7C15, count

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return 1 + (self.state >> 33) % self.count


class Log:
    def __init__(self, tasks):
        self.samples, self.waiting, self.errors = [], [None] * tasks, {}

    def note(self, task, begun, error):
        # The clock of the day may step; the machine's own loop does not run long enough for that to matter.
        self.samples.append((begun, round(now_ms() - begun, 3), error is None))
        self.waiting[task] = None
        if error is not None:
            text = f"{type(error).__name__}: {str(error)[:200]}"
            self.errors[text] = self.errors.get(text, 0) + 1

    def first_success(self, since):
        return {"at": min((begun + took for begun, took, ok in list(self.samples) if ok and begun >= since), default=None)}

    def all(self):
        waiting = [begun for begun in self.waiting if begun is not None]
        return {"now": now_ms(), "samples": list(self.samples), "waiting": waiting, "errors": self.errors}


class Closed:
    def __init__(self, command):
        self.begin = time.perf_counter() + command["warm_up_seconds"]
        self.until = self.begin + command["seconds"]
        self.took, self.errors = [], []

    def note(self, begun, error):
        if begun >= self.begin:
            if error is None:
                self.took.append(round((time.perf_counter() - begun) * 1000, 3))
            else:
                self.errors.append(str(error)[:200])

    def all(self):
        seconds = time.perf_counter() - self.begin
        return {"seconds": seconds, "took_ms": self.took, "failed": len(self.errors), "error": (self.errors or [None])[0]}


def options(setup):
    chosen = {"autoscaling_endpoint": os.environ["LAKEBASE_ENDPOINT"], "max_size": 10}
    if setup.get("max_lifetime_seconds"):
        chosen["max_lifetime"] = setup["max_lifetime_seconds"]
    if setup.get("token_cache_seconds"):
        chosen["token_cache_duration_seconds"] = setup["token_cache_seconds"]
    return chosen


class Threads:
    def __init__(self, setup):
        self.chats, self.pool = setup["chats"], LakebasePool(**options(setup))

    def request(self, chat):
        with self.pool.connection() as connection:
            check(connection.execute(MESSAGES, (chat,)).fetchall())

    def tried(self, chat):
        try:
            return self.request(chat)
        except Exception as error:
            return error

    def run(self, command):
        closed = Closed(command)

        def task(number):
            chats = Chats(number, self.chats)
            while (begun := time.perf_counter()) < closed.until:
                closed.note(begun, self.tried(chats.next()))

        threads = [threading.Thread(target=task, args=(number,), daemon=True) for number in range(command["tasks"])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return closed.all()

    def start(self, tasks, every):
        log = self.log = Log(tasks)

        def task(number):
            chats, tick = Chats(number, self.chats), time.perf_counter() + every * number / tasks
            while log is self.log:
                time.sleep(max(0, tick - time.perf_counter()))
                begun = log.waiting[number] = now_ms()
                log.note(number, begun, self.tried(chats.next()))
                tick = max(tick + every, time.perf_counter())

        for number in range(tasks):
            threading.Thread(target=task, args=(number,), daemon=True).start()

    def serve(self):
        for line in sys.stdin:
            answer(self.obey(json.loads(line)))
        os._exit(0)  # Threads that wait for a connection would keep it alive.

    def obey(self, command):
        match command["do"]:
            case "run":
                return self.run(command)
            case "start":
                self.start(command["tasks"], command["every_ms"] / 1000)
                return {}
            case "peek":
                return self.log.first_success(command["since"])
            case "stop":
                log, self.log = self.log, None
                return log.all()


class Coroutines:
    def __init__(self, setup):
        self.chats, self.setup, self.tasks = setup["chats"], setup, []

    async def request(self, chat):
        async with self.pool.connection() as connection:
            cursor = await connection.execute(MESSAGES, (chat,))
            check(await cursor.fetchall())

    async def tried(self, chat):
        try:
            return await self.request(chat)
        except Exception as error:
            return error

    async def run(self, command):
        closed = Closed(command)

        async def task(number):
            chats = Chats(number, self.chats)
            while (begun := time.perf_counter()) < closed.until:
                closed.note(begun, await self.tried(chats.next()))

        await asyncio.gather(*(task(number) for number in range(command["tasks"])))
        return closed.all()

    def start(self, tasks, every):
        log = self.log = Log(tasks)

        async def task(number):
            chats, tick = Chats(number, self.chats), time.perf_counter() + every * number / tasks
            while True:
                await asyncio.sleep(max(0, tick - time.perf_counter()))
                begun = log.waiting[number] = now_ms()
                log.note(number, begun, await self.tried(chats.next()))
                tick = max(tick + every, time.perf_counter())

        self.tasks = [asyncio.create_task(task(number)) for number in range(tasks)]

    async def serve(self):
        self.pool = AsyncLakebasePool(**options(self.setup))
        # Does not wait for the first connection.
        await self.pool.open()
        answer({"ready": True})
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            answer(await self.obey(json.loads(line)))
        os._exit(0)

    async def obey(self, command):
        match command["do"]:
            case "run":
                return await self.run(command)
            case "start":
                self.start(command["tasks"], command["every_ms"] / 1000)
                return {}
            case "peek":
                return self.log.first_success(command["since"])
            case "stop":
                for task in self.tasks:
                    task.cancel()
                return self.log.all()


setup = json.loads(sys.stdin.readline())
if setup["name"] == "ai-bridge-async":
    asyncio.run(Coroutines(setup).serve())
else:
    threads = Threads(setup)
    answer({"ready": True})
    threads.serve()
