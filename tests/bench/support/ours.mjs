// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { Contender } from "./contender.mjs";

export const demoSeed = fileURLToPath(new URL("../../../seeds/demo.yaml", import.meta.url));

/** Starts foundry-emulator, within another program if there is a `wrapper`; like every peer it writes no log of what it answers. */
export async function startOurs({ args = [], listen = "http://127.0.0.1:0", core, env, wrapper = [], name = "ours" } = {}) {
    const command = [...wrapper, process.env.FE_BINARY, "--listen", listen, "--log-level", "warning", ...args];
    const ours = new Contender(name, command, { core, env });
    await ours.until(() => ours.output.endsWith("ready\n"));
    ours.port = Number(/^listening on https?:\/\/[^:]+:(\d+)$/m.exec(ours.output)?.[1]);
    assert.ok(ours.port, ours.output);
    return ours;
}
