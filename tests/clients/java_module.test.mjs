// SPDX-License-Identifier: MIT
// The Java SDK's way: plain HTTP, a bare job, the runtime found by its token, and the offer of HTTP/2.
import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, runtimesPath, startEmulator } from "../sdk/support/emulator.mjs";
import { containerOf, modules, portIsFree, startReplica } from "./support/container.mjs";
import { proveModule, resultOf } from "./support/module_suite.mjs";

const fixed = "http://127.0.0.1:8946";

async function start(t) {
    const emulator = await startEmulator(t, { seed: demo.seed });
    startReplica(t, modules.java(emulator.url), await containerOf(t, emulator, demo.runtime));
    return emulator;
}

proveModule("Java", { start, failure: /^JobId: [0-9a-f-]{36}\njava\.lang\./, schemas: false });

test("Java: a failure names the job that it is", async (t) => {
    const emulator = await start(t);
    const failure = await resultOf(emulator, "fail");
    const [, id] = /^JobId: (\S+)\n/.exec(failure);
    await emulator.ask("GET", `${runtimesPath}/${demo.runtime}/jobs/${id}`);
});

test(`Java: without options it finds the emulator at ${fixed}`, async (t) => {
    if (!(await portIsFree(8946))) {
        return t.skip("somebody else has port 8946");
    }
    const emulator = await startEmulator(t, { seed: demo.seed, args: ["--listen", fixed] });
    startReplica(t, modules.java(), await containerOf(t, emulator, demo.runtime));
    assert.equal(await resultOf(emulator, "add", { a: 40, b: 2 }), "42");
});
