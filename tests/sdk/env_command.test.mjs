// SPDX-License-Identifier: MIT
// `foundry-emulator env`: what it writes is all that a module needs.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { deadPort } from "../record/support/upstream.mjs";
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

test("asks an emulator on a UNIX socket, too", async (t) => {
    const folder = await newFolder(t);
    const path = join(dirname(folder), "socket");
    await startEmulator(t, { ...plain, listen: `unix:${path}` });
    const { status, stderr } = await env(demo.runtime, "--url", `unix:${path}`, "--dir", folder);
    assert.equal(status, 0, stderr);
    const { MODULE_AUTH_TOKEN: file } = await readEnvironment(folder);
    assert.equal(await readFile(file, "utf8"), demo.moduleToken);
});

/** The URL of a server that sends these bytes, and no more. */
async function serverThatSends(t, bytes) {
    const server = createServer((socket) => socket.on("error", () => {}).end(bytes)).listen(0, "127.0.0.1");
    await once(server, "listening");
    atEnd(t, () => server.close());
    return `http://127.0.0.1:${server.address().port}`;
}

test("says what is wrong with who answers, or that nobody does", async (t) => {
    const folder = await newFolder(t);
    const answering = (bytes) => serverThatSends(t, bytes);
    const ok = "HTTP/1.0 200 OK\r\n";
    const mistakes = [
        ["http://", /expected http:\/\/HOST:PORT or unix:PATH\n$/],
        [`http://${"h".repeat(300)}`, /expected http:\/\/HOST:PORT or unix:PATH\n$/],
        [`unix:${folder}.socket`, /No such file or directory\n$/],
        [`unix:${"/s".repeat(100)}`, /File name too long\n$/],
        [`http://127.0.0.1:${await deadPort()}`, /Connection refused\n$/],
        [await answering(""), /what answers there does not speak HTTP\n$/],
        [await answering("SSH-2.0-none\r\n"), /what answers there does not speak HTTP\n$/],
        [await answering(`${ok}Content-Length: 9\r\n\r\nMODULE`), /the answer was not whole, or could not be written\n$/],
        [await answering(`${ok}\r\n../escaped\n`), /\.\.\/escaped: the emulator sent a bad name for a file\n$/],
        [await answering("HTTP/1.0 503 Later\r\n\r\nnot now"), /answered 503: not now\n$/],
    ];
    for (const [url, expected] of mistakes) {
        const { status, stdout, stderr } = await env(demo.runtime, "--url", url, "--dir", folder);
        assert.deepEqual([status, stdout], [1, ""], url);
        assert.match(stderr, expected);
    }
    await writeFile(`${folder}.file`, "");
    const taken = await env(demo.runtime, "--url", await answering(ok), "--dir", `${folder}.file`);
    assert.equal(taken.status, 1);
    assert.match(taken.stderr, /Not a directory\n$/);
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
