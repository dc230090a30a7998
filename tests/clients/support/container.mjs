// SPDX-License-Identifier: MIT
// Runs a compute module of any language as its container would: with the environment that
// `foundry-emulator env` writes, and with nothing else of ours.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { atEnd } from "../../sdk/support/at_end.mjs";
import { startEmulator } from "../../sdk/support/emulator.mjs";

const source = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
export const pythonSource = (name) => source(`python/${name}`);
const built = (path) => join(process.env.FE_CLIENTS, path);

/** How to start a module of each kind; what is compiled was so by the build. */
export const modules = {
    python: (generation) => [
        process.env.FE_PYTHON,
        ["-B", source("python/compute_module.py"), String(generation)],
    ],
    pythonSample: (address) => [process.env.FE_PYTHON, ["-B", source("python/docs_sample.py"), address]],
    java: (...runtime) => [process.env.FE_JAVA, ["-cp", built("java"), "ComputeModule", ...runtime]],
    go: () => [built("go-module"), []],
};

/** Whether a port that a client insists on can be had. */
export function portIsFree(port) {
    return new Promise((resolve) => {
        const server = createServer();
        server.once("error", () => resolve(false));
        server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
}

export async function temporaryFolder(t) {
    const folder = await mkdtemp(join(tmpdir(), "clients-"));
    atEnd(t, () => rm(folder, { recursive: true, force: true }));
    return folder;
}

/** An emulator with a plain listener for the test and a TLS listener for its clients; its CA is in `tls`. */
export async function startTlsEmulator(t, { args = [], tls = "https://127.0.0.1:0", ...rest } = {}) {
    const folder = await temporaryFolder(t);
    const emulator = await startEmulator(t, {
        args: ["--listen", tls, "--tls-dir", folder, ...args],
        ...rest,
    });
    emulator.tlsUrl = /^listening on (https:.*)$/m.exec(emulator.stdout)[1];
    emulator.ca = join(folder, "ca.pem");
    return emulator;
}

/** The environment of a runtime's container, as a person gets it. */
export async function containerOf(t, emulator, runtimeId) {
    const folder = await temporaryFolder(t);
    await promisify(execFile)(process.env.FE_BINARY, [
        "env", runtimeId, "--url", emulator.url, "--dir", folder,
    ]);
    const lines = (await readFile(join(folder, "module.env"), "utf8")).trimEnd().split("\n");
    return Object.fromEntries(lines.map((line) => [
        line.slice(0, line.indexOf("=")),
        line.slice(line.indexOf("=") + 1),
    ]));
}

/** Starts a replica. Until the test's end it must neither end nor complain. */
export function startReplica(t, [command, args], environment) {
    const replica = spawn(command, args, {
        env: { PATH: process.env.PATH, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
    });
    let complaints = "";
    replica.stdout.resume();
    replica.stderr.setEncoding("utf8").on("data", (text) => (complaints += text));
    const ended = once(replica, "close");
    atEnd(t, async () => {
        replica.kill("SIGKILL");
        const [, signal] = await ended;
        assert.equal(complaints, "");
        assert.equal(signal, "SIGKILL", "the module had ended by itself");
    });
    return replica;
}
