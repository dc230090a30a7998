// SPDX-License-Identifier: MIT
// https listeners as real clients meet them: Node's https and fetch(), and curl, each with the CA that
// the emulator made, by every name that its certificate has.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { atEnd } from "./support/at_end.mjs";
import { startEmulator } from "./support/emulator.mjs";

const run = promisify(execFile);
const health = "/_emulate/health";

async function makeFolder(t) {
    const folder = await mkdtemp(join(tmpdir(), "tls-"));
    atEnd(t, () => rm(folder, { recursive: true }));
    return folder;
}

async function startOverTls(t, { listen = "https://127.0.0.1:0", args = [] } = {}) {
    const folder = await makeFolder(t);
    const emulator = await startEmulator(t, { listen, args: ["--tls-dir", folder, ...args] });
    const { port } = new URL(emulator.url);
    return { emulator, folder, port, caFile: join(folder, "ca.pem") };
}

/** The body of an answer; `address` is where `host` is found. */
async function get({ host, port, address = "127.0.0.1", status = 200, ...options }) {
    const lookup = (_name, { all }, done) => all ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
    const request = https.get({ host, port, path: health, lookup, agent: false, ...options });
    const [response] = await once(request, "response");
    let body = "";
    for await (const text of response.setEncoding("utf8")) body += text;
    assert.equal(response.statusCode, status, body);
    return JSON.parse(body);
}

/** How a program ended that was told to fail. */
async function refused(args, options) {
    const error = await run(process.env.FE_BINARY, args, options).then(
        () => assert.fail("it did not end"),
        (problem) => problem,
    );
    return { code: error.code, text: error.stderr, output: error.stdout };
}

test("the certificate names this machine, and what --tls-name adds", async (t) => {
    const args = ["--tls-name", "foundry.test", "--tls-name", "192.168.77.7"];
    const { port, caFile } = await startOverTls(t, { args });
    const ca = await readFile(caFile);
    for (const host of ["localhost", "127.0.0.1", "foundry.test"]) {
        assert.equal((await get({ host, port, ca })).status, "ok", host);
    }
    const byAddress = { host: "127.0.0.1", port, ca, servername: "" };
    await get({ ...byAddress, checkServerIdentity: (_host, cert) => {
        assert.match(cert.subjectaltname, /IP Address:192\.168\.77\.7(,|$)/);
    } });
    await assert.rejects(get({ host: "other.test", port, ca }), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    await assert.rejects(get({ host: "localhost", port }), { code: "SELF_SIGNED_CERT_IN_CHAIN" });
});

test("the certificate is of the clients' time, whatever the emulator's is", async (t) => {
    const { port, caFile } = await startOverTls(t, { args: ["--deterministic"] });
    await get({ host: "localhost", port, ca: await readFile(caFile), checkServerIdentity: (_host, cert) => {
        assert.ok(Math.abs(Date.parse(cert.valid_from) - Date.now()) < 7 * 86_400_000, cert.valid_from);
    } });
});

test("it is reached by IPv6", async (t) => {
    const { port, caFile } = await startOverTls(t, { listen: "https://[::1]:0" });
    // Node.js 18 does not find ::1 among the names, which it has at full length.
    const checkServerIdentity = (host, cert) => {
        assert.equal(host, "::1");
        assert.match(cert.subjectaltname, /IP Address:0:0:0:0:0:0:0:1(,|$)/);
    };
    const answer = await get({ host: "::1", port, ca: await readFile(caFile), checkServerIdentity });
    assert.equal(answer.status, "ok");
});

test("fetch() takes the CA from NODE_EXTRA_CA_CERTS", async (t) => {
    const { port, caFile } = await startOverTls(t);
    const script = `console.log((await (await fetch("https://localhost:${port}${health}")).json()).status)`;
    const env = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: caFile };
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
    assert.equal(stdout, "ok\n");
});

test("curl takes it, and is told when it forgets the s", async (t) => {
    const { port, caFile } = await startOverTls(t);
    const curl = (...args) => run("curl", ["-sS", "--noproxy", "*", ...args]);
    const secure = await curl("--cacert", caFile, `https://localhost:${port}${health}`);
    assert.equal(JSON.parse(secure.stdout).status, "ok");
    const plain = await curl("-w", "%{http_code}", `http://localhost:${port}${health}`);
    assert.match(plain.stdout, /use https.*400$/);
});

test("plain and TLS listeners stand side by side", async (t) => {
    const args = ["--listen", "http://127.0.0.1:0"];
    const { emulator, port, caFile } = await startOverTls(t, { args });
    const [, plain] = /^listening on (http:.*)$/m.exec(emulator.stdout);
    assert.equal((await (await fetch(new URL(health, plain))).json()).status, "ok");
    assert.equal((await get({ host: "localhost", port, ca: await readFile(caFile) })).status, "ok");
});

test("the log names the CA's file", async (t) => {
    const { emulator, caFile } = await startOverTls(t);
    assert.ok(emulator.stderr.includes(`the CA of the https listeners is ${caFile}`), emulator.stderr);
});

test("--tls-name is a name of its own for the control routes", async (t) => {
    const { port, caFile } = await startOverTls(t, { args: ["--tls-name", "foundry.test"] });
    const ca = await readFile(caFile);
    await get({ host: "foundry.test", port, ca });
    const headers = { Host: `other.test:${port}` };
    await get({ host: "foundry.test", servername: "foundry.test", port, ca, headers, status: 403 });
});

test("without --tls-dir it is with the user's state", async (t) => {
    const folder = await makeFolder(t);
    const { XDG_STATE_HOME: _state, HOME: _home, ...env } = process.env;
    const places = [
        [{ XDG_STATE_HOME: join(folder, "state"), HOME: folder }, "state/foundry-emulator/tls"],
        [{ XDG_STATE_HOME: "relative", HOME: folder }, ".local/state/foundry-emulator/tls"],
    ];
    for (const [home, place] of places) {
        const listen = "https://127.0.0.1:0";
        const emulator = await startEmulator(t, { listen, env: { ...env, ...home } });
        const ca = await readFile(join(folder, place, "ca.pem"));
        const { port } = new URL(emulator.url);
        assert.equal((await get({ host: "localhost", port, ca })).status, "ok");
        await emulator.stop();
    }
    const end = await refused(["--listen", "https://127.0.0.1:0"], { env });
    assert.deepEqual([end.code, end.output], [2, ""]);
    assert.match(end.text, /^--tls-dir: expected a directory, as there is no home directory\n$/);
});

test("a certificate of one's own is shown instead, and nothing is made", async (t) => {
    const made = await startOverTls(t);
    const own = ["--tls-cert", join(made.folder, "cert.pem"), "--tls-key", join(made.folder, "key.pem")];
    const folder = join(await makeFolder(t), "unused");
    const listen = "https://127.0.0.1:0";
    const emulator = await startEmulator(t, { listen, args: [...own, "--tls-dir", folder] });
    const { port } = new URL(emulator.url);
    assert.equal((await get({ host: "localhost", port, ca: await readFile(made.caFile) })).status, "ok");
    await assert.rejects(readFile(join(folder, "ca.pem")), { code: "ENOENT" });
});

test("what is wrong with files is said before it starts", async (t) => {
    const { folder } = await startOverTls(t);
    const cert = join(folder, "cert.pem");
    const text = join(folder, "text");
    await writeFile(text, "no PEM\n");
    const mistakes = [
        [["--tls-cert", cert], /^--tls-cert and --tls-key: expected both or neither\n$/],
        [["--tls-cert", text, "--tls-key", text], /text: expected a certificate in PEM: /],
        [["--tls-cert", cert, "--tls-key", join(folder, "ca-key.pem")], /ca-key\.pem: .*mismatch/],
        [["--tls-cert", cert, "--tls-key", join(folder, "none")], /none: No such file or directory/],
        [["--tls-dir", text], /^--tls-dir: .*text: Not a directory\n$/],
    ];
    for (const [args, expected] of mistakes) {
        const end = await refused(["--listen", "https://127.0.0.1:0", ...args]);
        assert.equal(end.code, 2, end.text);
        assert.match(end.text, expected);
        assert.equal(end.output, "");
    }
});
