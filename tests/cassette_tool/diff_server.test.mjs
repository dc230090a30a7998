// SPDX-License-Identifier: MIT
// diff: what it asks of a server, and of which; and what becomes of it when that does not answer.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { deadPort } from "../record/support/upstream.mjs";
import { demo, seedFile, startEmulator } from "../sdk/support/emulator.mjs";
import { exchange, sealed } from "./support/frames.mjs";
import { diff, diffFrames, jsonFields, startLive } from "./support/live.mjs";
import { framesOf, toolOk, workshop } from "./support/tool.mjs";

const json = Object.entries(jsonFields);
const bearer = ["Authorization", "Bearer fe~access_token~k3j9k3j9k3j9k3j9"];
const example = join(process.env.FE_SOURCE, "cassettes/session.cassette");

const lines = ({ asked }) => asked.map(({ line }) => line);

test("it asks for what was read, in the recorded order, and for nothing else", async (t) => {
    const server = await startLive(t, {});
    const { status, stdout } = await diffFrames(t, server.url, [
        exchange(1, "/b?x=%2f&&y", { status: 404 }),
        exchange(2, "/a", { method: "HEAD", status: 404 }),
        exchange(3, "/a", { method: "POST", body: "x" }),
        exchange(4, "/a", { method: "OPTIONS", status: 404 }),
        exchange(5, "/a", { method: "DELETE" }),
        exchange(6, "/job"),
        exchange(7, "/_emulate/foundry/compute-modules/runtimes/r/job"),
        exchange(8, "/gone", { status: 0 }),
        exchange(9, "/half", { outcome: "truncated" }),
        exchange(10, "http://elsewhere.example/c?d", { status: 404 }),
    ]);
    assert.equal(status, 0);
    assert.deepEqual(lines(server), ["GET /b?x=%2f&&y", "HEAD /a", "OPTIONS /a", "GET /c?d"]);
    assert.match(stdout, /\n4 compared: 0 errors, 0 warnings\n2 not sent \(write\): .*\n2 not sent \(poll\): .*\n2 not sent \(unanswered\): .*\n$/);
});

test("fields go as they were, and those of the connection are its own", async (t) => {
    const server = await startLive(t, {});
    await diffFrames(t, server.url, [
        exchange(1, "/a", {
            status: 404,
            requestHeaders: [["Host", "stack.example"], ["X-B", "1"], ["accept", "a/b"], ["X-B", "2"], ["Connection", "x"], ["TE", "y"]],
        }),
    ]);
    const [{ rawHeaders, headers }] = server.asked;
    assert.equal(headers.host, new URL(server.url).host);
    assert.deepEqual(rawHeaders.slice(2, 8), ["X-B", "1", "accept", "a/b", "X-B", "2"]);
    assert.ok(!("te" in headers) && headers.connection !== "x" && !("user-agent" in headers));
});

test("writes are sent where they are named", async (t) => {
    const server = await startLive(t, { "POST /search/1": [200, jsonFields, "{}"], "PUT /search/1": [200, {}, ""] });
    const options = { headers: json, body: "{}", requestBody: '{"q":1}', requestHeaders: [["Content-Type", "application/json"]] };
    const { status } = await diffFrames(t, server.url, [
        exchange(1, "/search/1", { method: "POST", ...options }),
        exchange(2, "/search/1", { method: "PUT", ...options }),
        exchange(3, "/other", { method: "POST", ...options }),
        exchange(4, "/search/1/deeper", { method: "POST", ...options }),
    ], { args: ["--write", "DELETE:/**", "--write=POST:/search/*"] });
    assert.equal(status, 0);
    assert.deepEqual(lines(server), ["POST /search/1"]);
    assert.equal(server.asked[0].body, '{"q":1}');
    assert.equal(server.asked[0].headers["content-type"], "application/json");
});

test("a bearer token is replaced by ours, and no placeholder is sent", async (t) => {
    const exchanges = [
        exchange(1, "/a", { status: 404, requestHeaders: [bearer] }),
        exchange(2, "/b", { status: 404, requestHeaders: [["Cookie", "s=fe~cookie~k3j9k3j9k3j9k3j9"]] }),
        exchange(3, "/c?code=fe~code~k3j9k3j9k3j9k3j9", { status: 404 }),
        exchange(4, "/d", { status: 404, requestHeaders: [["Authorization", "Basic ZmV+"]] }),
        exchange(5, "/cafe~1", { status: 404 }),
    ];
    const without = await startLive(t, {});
    const { status, stdout } = await diffFrames(t, without.url, exchanges);
    assert.equal(status, 0);
    assert.deepEqual(lines(without), ["GET /cafe~1"]);
    assert.match(stdout, /\n1 not sent \(token\): it needs a bearer token: --bearer-file FILE, or FOUNDRY_TOKEN\n3 not sent \(secret\): /);

    const { path } = await workshop(t);
    await writeFile(path("token"), "\n ours-1234 \n");
    const server = await startLive(t, {});
    await diffFrames(t, server.url, exchanges, { args: ["--bearer-file", path("token")], env: { FOUNDRY_TOKEN: "another" } });
    assert.deepEqual(lines(server), ["GET /a", "GET /cafe~1"]);
    assert.equal(server.asked[0].headers.authorization, "Bearer ours-1234");
});

test("what was refused is asked for with a token that nobody has", async (t) => {
    const server = await startLive(t, { "GET /a": [401, {}, ""] });
    const { status } = await diffFrames(t, server.url, [exchange(1, "/a", { status: 401, requestHeaders: [bearer] })], {
        env: { FOUNDRY_TOKEN: "ours" },
    });
    assert.equal(status, 0);
    assert.equal(server.asked[0].headers.authorization, bearer[1]);
});

test("secrets that were kept are not sent elsewhere", async (t) => {
    const server = await startLive(t, {});
    const more = { redaction: { version: 1, secrets: "kept" } };
    const { stdout } = await diffFrames(t, server.url, [exchange(1, "/a", { requestHeaders: [["Cookie", "real"]] })], { more });
    assert.deepEqual(server.asked, []);
    assert.match(stdout, /\n1 not sent \(kept\): /);
});

test("a redirect is an answer, and not followed", async (t) => {
    const server = await startLive(t, { "GET /a": [302, { Location: "/b" }, ""] });
    const { status } = await diffFrames(t, server.url, [exchange(1, "/a", { status: 302, headers: [["Location", "/c"]] })]);
    assert.equal(status, 0);
    assert.deepEqual(lines(server), ["GET /a"]);
});

/** Takes connections and does with them what `serve` does. */
async function startSockets(t, serve) {
    const sockets = new Set();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.on("error", () => {});
        serve(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
}

test("a server that cannot be asked is exit status 1", async (t) => {
    const dead = `http://127.0.0.1:${await deadPort()}`;
    const cutting = await startSockets(t, (socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx")));
    const silent = await startSockets(t, () => {});
    for (const [url, args] of [[dead, []], [cutting, []], [silent, ["--timeout", "50ms"]]]) {
        const { status, stdout, stderr } = await diffFrames(t, url, [exchange(1, "/a"), exchange(2, "/b")], { args: ["--format=json", ...args] });
        assert.equal(status, 1, url);
        assert.match(stderr, /^foundry-cassette: http:\/\/127\.0\.0\.1:\d+: [^\n]+ \(exchange 1\)\n$/);
        const report = JSON.parse(stdout);
        assert.equal(report.compared, 0);
        assert.ok(report.failure.length > 0);
    }
});

test("bad arguments", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make(sealed([exchange(1, "/a")]));
    await writeFile(path("two"), "one two\n");
    const against = ["--against", "http://127.0.0.1:1"];
    const cases = [
        [[file], /diff: expected --against URL; see foundry-cassette diff --help/],
        [[...against], /diff: expected --against URL FILE/],
        [[...against, file, file], /is one too many/],
        [[...against, file, "--format", "xml"], /--format xml: expected text, json or markdown/],
        [[...against, file, "--timeout", "soon"], /--timeout soon: expected a duration, such as 30s/],
        [[...against, file, "--write", "/search"], /--write \/search: expected METHOD:PATH, such as POST:\//],
        [[...against, file, "--values", "a"], /--values a: expected a JSON pointer, such as \/data\/0\/name, or all/],
        [[...against, file, "--bearer-file", path("none")], /--bearer-file .*none: No such file/],
        [[...against, file, "--bearer-file", path("two")], /--bearer-file .*two: expected one token in it/],
        [[...against, path("none")], /none: cannot be read: No such file/],
        ...["stack.example", "ftp://a", "http://", "http://a/b", "http://a?b", "http://u:p@a"].map((url) => [
            ["--against", url, file], /--against .*: expected https:\/\/HOST\[:PORT\] or http:\/\/HOST\[:PORT\], and nothing behind it/,
        ]),
    ];
    for (const [args, line] of cases) {
        const { status, stdout, stderr } = await diff(args);
        assert.match(stderr, line, args.join(" "));
        assert.match(stderr, /^foundry-cassette: [^\n]+\n$/);
        assert.deepEqual({ status, stdout }, { status: 2, stdout: "" }, args.join(" "));
    }
    const { status, stderr } = await diff([...against, file], { FOUNDRY_TOKEN: "a b" });
    assert.equal(status, 2);
    assert.match(stderr, /FOUNDRY_TOKEN: expected one token in it\n$/);
});

/** Without the jobs, which ended with the emulator that had them, and what a service with another token asked. */
async function peopleAndObjects(t) {
    const { path } = await workshop(t);
    const asked = (await framesOf(example)).filter(({ kind }) => kind === "request");
    const reads = asked.filter(({ target }) => target.startsWith("/api/v2/") && target !== "/api/v2/ontologies/demo");
    await toolOk(["drop", "--all-but", example, ...reads.map(({ x }) => `${x}`), "-o", path("reads.cassette")]);
    return path("reads.cassette");
}

test("the emulator answers as the example has it", async (t) => {
    const emulator = await startEmulator(t, { seed: seedFile("demo.yaml") });
    const args = ["--against", `${emulator.url}/`, "--write", "POST:/api/v2/ontologies/demo/objectSets/loadObjects"];
    const { status, stdout } = await diff([...args, await peopleAndObjects(t)], { FOUNDRY_TOKEN: demo.token });
    assert.match(stdout, /\n6 compared: 0 errors, 0 warnings\n$/);
    assert.equal(status, 0);
});

test("a server with TLS is believed if its CA is named", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "diff-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const emulator = await startEmulator(t, { seed: seedFile("demo.yaml"), listen: "https://127.0.0.1:0", args: ["--tls-dir", folder] });
    const args = ["--against", emulator.url, example];
    const env = { FOUNDRY_TOKEN: demo.token };
    for (const [more, expected] of [[["--ca", join(folder, "ca.pem")], 2], [["--insecure"], 2], [[], 1]]) {
        const { status, stderr } = await diff([...args, ...more], env);
        assert.equal(status, expected);
        assert.match(stderr, expected === 1 ? /certificate.*\(exchange 1\)\n$/ : /^$/);
    }
});
