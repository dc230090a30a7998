// SPDX-License-Identifier: MIT
// Runs a compute module: a process of its own with Palantir's SDK, as in its container.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { atEnd } from "./at_end.mjs";
import { runtimesPath } from "./emulator.mjs";

const scriptFile = (name) => fileURLToPath(new URL(`../modules/${name}`, import.meta.url));

// The CA that the suite itself trusts, where it is met over TLS.
const { NODE_EXTRA_CA_CERTS: caFile } = process.env;
const ca = caFile ? { DEFAULT_CA_PATH: caFile } : {};

/** Makes a runtime as a person would who has no seed; the answer says how its module connects. */
export function createRuntime(emulator, request) {
    return emulator.ask("POST", runtimesPath, { json: request });
}

/** Starts a replica for a runtime that createRuntime() has made. */
export async function startModule(t, connection, script) {
    const folder = await mkdtemp(join(tmpdir(), "module-"));
    atEnd(t, () => rm(folder, { recursive: true }));
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, connection.moduleAuthToken);
    return startModuleIn(t, { ...ca, ...connection.env, MODULE_AUTH_TOKEN: tokenFile }, script);
}

/** Starts a replica of a module, and waits until the SDK says that it is responsive. */
export async function startModuleIn(t, environment, script = "functions.mjs") {
    const module = spawn(process.execPath, [scriptFile(script)], {
        env: { PATH: process.env.PATH, ...environment },
        stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(module, "close");
    atEnd(t, async () => {
        module.kill("SIGKILL");
        await ended;
    });
    let output = "";
    module.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    while (!output.includes("Module is responsive")) {
        const event = await Promise.race([once(module.stdout, "data"), ended.then(() => "ended")]);
        assert.notEqual(event, "ended", `the module ended: ${output}`);
    }
    return module;
}
