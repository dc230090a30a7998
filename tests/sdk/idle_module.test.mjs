// SPDX-License-Identifier: MIT
// The SDK polls without a pause: what keeps an idle module cheap is how long a poll is held.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { startEmulator } from "./support/emulator.mjs";
import { createRuntime, startModule } from "./support/module.mjs";

const idleSeconds = 60;
const ticksPerSecond = 100; // what Linux shows to user space, on every architecture

async function cpuSeconds(pid) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

test(`a module that idles for ${idleSeconds} s costs under 1 s of CPU`, async (t) => {
    const emulator = await startEmulator(t);
    const connection = await createRuntime(emulator, { runtimeId: "idle" });
    await startModule(t, connection);
    const before = await cpuSeconds(emulator.process.pid);
    await delay(idleSeconds * 1000);
    assert.ok((await cpuSeconds(emulator.process.pid)) - before < 1);
    const { exchanges } = await emulator.ask("GET", "/_emulate/journal?limit=1000");
    const polls = exchanges.filter(({ target }) => target.endsWith("/job"));
    assert.ok(polls.length <= idleSeconds / 5 + 2, `${polls.length} polls`);
    assert.ok(polls.every(({ status }) => status === 204));
});
