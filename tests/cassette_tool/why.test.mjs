// SPDX-License-Identifier: MIT
// why: one decision of replay, told aloud; requests as people write them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { exchange, sealed } from "./support/frames.mjs";
import { tool, toolOk, workshop } from "./support/tool.mjs";

const json = [["Host", "stack.example"], ["Content-Type", "application/json"]];

const frames = sealed([
    exchange(1, "/things?page=1&size=2"),
    exchange(2, "/things", { method: "POST", requestHeaders: json, requestBody: '{"name":"a","requestId":"r-1"}', status: 201 }),
    exchange(3, "/things?page=1&size=2", { status: 404 }),
    exchange(4, "/job", { status: 204 }),
    exchange(5, "/job", { body: '{"job":1}' }),
    exchange(6, "/things/fe~access_token~k3j9k3j9k3j9k3j9"),
]);

const post = (body) => `POST /things HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const posted = '{"requestId":"r-1","name":"a"}';

async function why(t, input, args = []) {
    const { make } = await workshop(t);
    return tool(["why", ...args, await make(frames)], { input });
}

/** The object that --json prints, and nothing else. */
async function told(t, input, status, args = []) {
    const answer = await why(t, input, ["--json", ...args]);
    assert.equal(answer.stderr, "");
    assert.equal(answer.status, status, answer.stdout);
    assert.match(answer.stdout, /^\{.*\}\n$/);
    return JSON.parse(answer.stdout);
}

test("a match names its recording, what was compared, and what comes next", async (t) => {
    const { status, stdout, stderr } = await why(t, "GET /things?size=2&page=1 HTTP/1.1\r\nHost: x\r\nUser-Agent: y\r\n\r\n");
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    assert.match(stdout, /^Recording 1 answers it\.\n {2}1 {2}GET \/things\?page=1&size=2 {2}200 {2}in .*demo\.cassette\n/);
    assert.ok(stdout.includes("Compared by:\n  method: GET\n  path: /things\n  query page: 1\n  query size: 2\n"));
    assert.ok(stdout.endsWith("  request 1: recording 1\n  request 2 and all behind it: recording 1, once more\n"), stdout);
});

test("--nth is the decision on a later one", async (t) => {
    const first = await told(t, post(posted), 0);
    assert.deepEqual([first.match, first.nth, first.seq, first.status], [true, 1, 2, 201]);
    assert.deepEqual(first.turns, [
        { nth: 1, match: true, seq: 2 },
        { nth: 2, match: false },
    ]);
    assert.deepEqual(first.parts.at(-1), { part: "body", name: "/requestId", value: '"r-1"' });
    const second = await told(t, post(posted), 2, ["--nth", "2"]);
    assert.deepEqual([second.match, second.nth, second.why], [false, 2, "used_up"]);
    assert.match(second.command, /--at-end writes=repeat/);
    const again = await told(t, "GET /things?page=1&size=2\n\n", 0, ["--nth", "3"]);
    assert.deepEqual([again.seq, again.repeated], [1, true]);
});

test("a miss says what differs, and the rule for it", async (t) => {
    const { status, stdout } = await why(t, post('{"name":"a","requestId":"r-2"}'));
    assert.equal(status, 2);
    assert.match(stdout, /^No recording answers it\.\nOne thing differs from recording 2\.\nNearest:\n {2}2 {2}POST \/things /);
    assert.ok(stdout.includes('      body /requestId: asked "r-2", recorded "r-1"\n'));
    assert.ok(stdout.endsWith("  server:\n    rules:\n      - path: /things\n        ignore_body: [/requestId]\n"));
    const miss = await told(t, "DELETE /things HTTP/1.1\n\n", 2);
    assert.equal(miss.why, "unknown");
    assert.equal(miss.nearest[0].differences[0].asked, "DELETE");
    assert.match(miss.command, /--on-miss record --upstream https:\/\/stack\.example --cassette .*demo\.cassette$/);
});

test("profiles of matching", async (t) => {
    const input = post('{"name":"a","requestId":"r-1","more":null}').replace("HTTP/1.1", "HTTP/1.1\r\nAccept: */*");
    assert.equal((await told(t, input, 2)).match, false);
    assert.equal((await told(t, input, 0, ["--match", "lenient"])).seq, 2);
    assert.equal((await told(t, post("{}"), 0, ["--match=method-path"])).seq, 2);
});

test("polls are idle, and then bring something", async (t) => {
    const poll = await told(t, "GET /job\n", 0);
    assert.deepEqual([poll.seq, poll.idle], [4, true]);
    assert.deepEqual(poll.turns.map(({ seq, idle = false }) => [seq, idle]), [[4, true], [5, false], [4, true]]);
});

test("requests may be written in many ways", async (t) => {
    const chunk = (text) => `${text.length.toString(16)};x=y\n${text}\n`;
    const head = "POST /things HTTP/1.1\nContent-Type: application/json\n";
    const ways = [
        post(posted),
        post(posted).replaceAll("\r\n", "\n"),
        `\n\n${post(posted)}\n`,
        `${head}\n${posted}`,
        `${head}\n${posted}\n\n`,
        `${head}Transfer-Encoding: chunked\n\n${chunk(posted.slice(0, 9))}${chunk(posted.slice(9))}0\n\n`,
        `${head}transfer-encoding: Chunked\n\n${chunk(posted)}0\r\nX-Sum: 1\r\n\r\n`.replaceAll("\n", "\r\n").replaceAll("\r\r", "\r"),
        post(posted).replace("/things", "http://elsewhere.example/things"),
        post(posted).replace(" HTTP/1.1", ""),
    ];
    for (const input of ways) {
        assert.equal((await told(t, input, 0)).seq, 2, JSON.stringify(input));
    }
    for (const input of ["GET /things?page=1&size=2", "GET /things?page=1&size=2 HTTP/1.0\nHost: a\n\n\n\n"]) {
        assert.equal((await told(t, input, 0)).seq, 1, JSON.stringify(input));
    }
});

test("what is no request is said to be none, with its line", async (t) => {
    const cases = [
        ["", /line 1: expected a request, such as/],
        ["\n\n", /expected a request/],
        ["GET\n\n", /line 1: expected "METHOD TARGET HTTP\/1\.1"/],
        ["GET / HTTP/2\n\n", /line 1: expected "METHOD TARGET HTTP\/1\.1"/],
        ["G:T / HTTP/1.1\n\n", /line 1: expected "METHOD/],
        ["GET / HTTP/1.1\nHost: a\nno field\n\n", /line 3: expected a field, "Name: value"/],
        ["GET / HTTP/1.1\nHost : a\n\n", /line 2: expected a field/],
        ["GET / HTTP/1.1\n folded: a\n\n", /line 2: expected a field/],
        [`GET / HTTP/1.1\n${"a: b\n".repeat(200)}\n`, /line 130: too many fields/],
        ["POST / HTTP/1.1\nContent-Length: 4\n\nabc", /the body has 3 bytes, and Content-Length says 4/],
        ["POST / HTTP/1.1\nContent-Length: -1\n\n", /expected one Content-Length, a whole number/],
        ["POST / HTTP/1.1\nContent-Length: 1\nContent-Length: 1\n\na", /expected one Content-Length/],
        ["POST / HTTP/1.1\nTransfer-Encoding: gzip\n\n", /expected no Transfer-Encoding but "chunked"/],
        ["POST / HTTP/1.1\nTransfer-Encoding: chunked\n\nx\n", /line 4: expected the size of a chunk/],
        ["POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n4\nabcde\n0\n\n", /expected the end of a line behind the chunk/],
        ["POST / HTTP/1.1\nTransfer-Encoding: chunked\n\nffffffffffffffffff\nab\n", /expected the size of a chunk/],
        ["POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n9\nab\n", /the chunk is longer than what follows/],
        ["POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n2\nab\n", /the body ends before its last chunk/],
    ];
    for (const [input, line] of cases) {
        const { status, stdout, stderr } = await why(t, input);
        assert.match(stderr, line, JSON.stringify(input));
        assert.match(stderr, /^foundry-cassette: standard input: [^\n]+\n$/);
        assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
    }
});

test("bad cassettes are said to be bad", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make(frames);
    const { status, stdout, stderr } = await tool(["why", path("no"), file, path("none")], { input: "GET /\n\n" });
    assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
    assert.match(stderr, /^foundry-cassette: .*\/no: .*\nfoundry-cassette: .*\/none: .*\n$/);
});

test("several cassettes are one row", async (t) => {
    const { make } = await workshop(t);
    const files = [await make(frames, "a"), await make(sealed([exchange(1, "/other")]), "b")];
    const { stdout } = await toolOk(["why", ...files], { input: "GET /other\n\n" });
    assert.match(stdout, /^Recording 7 answers it\.\n {2}7 {2}GET \/other {2}200 {2}in .*\/b\n/);
});

test("no secret of the request is shown", async (t) => {
    const secret = "s3cr3t-Value-0123456789";
    const inputs = [
        `GET /things/${secret} HTTP/1.1\nAuthorization: Bearer ${secret}\n\n`,
        `GET /things?page=${secret}&access_token=${secret}\n\n`,
        post(`{"password":"${secret}","name":"of ${secret}"}`),
    ];
    for (const input of inputs) {
        for (const args of [[], ["--json"], ["--match", "method-path"]]) {
            const { stdout, stderr } = await why(t, input, args);
            assert.ok(stdout.length > 0);
            assert.ok(!(stdout + stderr).includes(secret), stdout);
        }
    }
});

test("what any of the recordings had for a secret is one", async (t) => {
    const { make } = await workshop(t);
    const redaction = { version: 1, secrets: "replaced", also: ["badge"] };
    const files = [await make(frames, "a"), await make(sealed([exchange(1, "/b")], { redaction }), "b")];
    const input = "GET /things/of/1234567890?badge=1234567890\n\n";
    const { status, stdout } = await tool(["why", ...files], { input });
    assert.equal(status, 2);
    assert.match(stdout, /path: asked \/things\/of\/fe~badge~/);
    assert.ok(!stdout.includes("1234567890"));
});

test("the example answers what it was made with", async () => {
    const example = join(process.env.FE_SOURCE, "cassettes/session.cassette");
    const input = "GET /api/v2/ontologies HTTP/1.1\nAuthorization: Bearer demo-token\nAccept: */*\n\n";
    const { stdout } = await toolOk(["why", example], { input });
    assert.match(stdout, /^Recording 7 answers it\.\n {2}7 {2}GET \/api\/v2\/ontologies {2}200 /);
});
