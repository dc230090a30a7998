// SPDX-License-Identifier: MIT
// The Go client over TLS.
import assert from "node:assert/strict";
import { test } from "node:test";

import { demo } from "../sdk/support/emulator.mjs";
import { containerOf, modules, startReplica, startTlsEmulator } from "./support/container.mjs";
import { proveModule, resultOf } from "./support/module_suite.mjs";

async function start(t) {
    const emulator = await startTlsEmulator(t, { seed: demo.seed });
    startReplica(t, modules.go(), await containerOf(t, emulator, demo.runtime));
    return emulator;
}

proveModule("Go", { start, failure: /^bad$/, schemas: false });

test("Go: a function without a value says ok", async (t) => {
    assert.equal(await resultOf(await start(t), "nothing"), "ok");
});
