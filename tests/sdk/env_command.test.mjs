// SPDX-License-Identifier: MIT
// `foundry-emulator env`: what it writes is all that a module needs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { atEnd } from "./support/at_end.mjs";
import { demo, jobsPath, startEmulator } from "./support/emulator.mjs";
import { startModuleIn } from "./support/module.mjs";

/** The command speaks no TLS, wherever the suites meet the emulator. */
const plain = { seed: demo.seed, listen: "http://127.0.0.1:0" };

async function newFolder(t) {
    const folder = await mkdtemp(join(tmpdir(), "env-"));
    atEnd(t, () => rm(folder, { recursive: true }));
    return join(folder, "it's here");
}

function env(...args) {
    return new Promise((resolve) => {
        execFile(process.env.FE_BINARY, ["env", ...args], (error, stdout, stderr) => {
            resolve({ status: error?.code ?? 0, stdout, stderr });
        });
    });
}

async function readEnvironment(folder) {
    const text = await readFile(join(folder, "module.env"), "utf8");
    return Object.fromEntries(text.trimEnd().split("\n").map((line) => /^([^=]+)=(.*)$/.exec(line).slice(1)));
}

test("a module that has what `env` wrote, and nothing else, computes", async (t) => {
    // Until a poll has ended, the SDK does not call itself responsive.
    const emulator = await startEmulator(t, { ...plain, args: ["--poll-timeout", "100ms"] });
    const folder = await newFolder(t);
    const { status, stdout } = await env(demo.runtime, "--url", emulator.url, "--dir", folder);
    assert.equal(status, 0);
    assert.match(stdout, /^docker run --rm .*--network host --env-file '.*\/it'\\''s here\/module\.env' .* IMAGE\n$/);
    await startModuleIn(t, await readEnvironment(folder));
    const response = await emulator.fetch("POST", `${jobsPath}/compute-modules/jobs/execute`, {
        token: demo.token,
        json: { deployedAppRid: demo.app, deployedAppBranch: "master", queryType: "add", query: { a: 1, b: 2 } },
    });
    assert.equal(await response.text(), "3");
});

test("files are their owner's, and the token is one without a line break", async (t) => {
    const emulator = await startEmulator(t, plain);
    const folder = await newFolder(t);
    await env(demo.runtime, `--url=${emulator.url}`, `--dir=${folder}`);
    const environment = await readEnvironment(folder);
    assert.equal(await readFile(environment.MODULE_AUTH_TOKEN, "utf8"), demo.moduleToken);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const file of ["module.env", "MODULE_AUTH_TOKEN", "FOUNDRY_SERVICE_DISCOVERY_V2"]) {
        assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600);
    }
});

test("a module that speaks as an application is told who it is", async (t) => {
    const folder = await newFolder(t);
    const seed = `${folder}.yaml`;
    const clients = ["app", "public", "unlisted"];
    await writeFile(seed, JSON.stringify({
        foundry: {
            oauth_clients: [{ client_id: "app", client_secret: "its secret" }, { client_id: "public" }],
            compute_modules: {
                runtimes: clients.map((client_id) => ({ runtime_id: `of-${client_id}`, client_id })),
            },
        },
    }));
    const emulator = await startEmulator(t, { ...plain, seed });
    const given = {};
    for (const client of clients) {
        const { status, stderr } = await env(`of-${client}`, "--url", emulator.url, "--dir", `${folder} ${client}`);
        assert.equal(status, 0, stderr);
        const { CLIENT_ID, CLIENT_SECRET } = await readEnvironment(`${folder} ${client}`);
        given[client] = [CLIENT_ID, CLIENT_SECRET];
    }
    assert.deepEqual(given, {
        app: ["app", "its secret"],
        public: ["public", undefined],
        unlisted: ["unlisted", undefined],
    });
});

test("says what is wrong", async (t) => {
    const emulator = await startEmulator(t, plain);
    const folder = await newFolder(t);
    const unknown = await env("nowhere", "--url", emulator.url, "--dir", folder);
    assert.equal(unknown.status, 1);
    assert.match(unknown.stderr, /RuntimeNotFound/);
    const tls = await env(demo.runtime, "--url", "https://127.0.0.1:1", "--dir", folder);
    assert.equal(tls.status, 1);
    assert.match(tls.stderr, /a plain one too: --listen http:/);
    for (const args of [[], [demo.runtime, "--what"], [demo.runtime, "--url"], ["one", "two"]]) {
        assert.equal((await env(...args)).status, 2);
    }
});
