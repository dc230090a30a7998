// SPDX-License-Identifier: MIT
// `export --har` and `import --har`: there and back as far as the format goes, and archives as browsers write them.
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { exchange, sealed } from "./support/frames.mjs";
import { framesOf, tool, toolOk, workshop } from "./support/tool.mjs";

const json = ["Content-Type", "application/json"];
const length = (body) => ["Content-Length", `${Buffer.byteLength(body)}`];
const binary = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]);
const text = '{"rows":["ä", 1, 2.50]}';

const recorded = sealed([
    exchange(1, "/multipass/api/oauth2/token?x=1&y=%20", {
        method: "POST",
        requestHeaders: [
            ["Host", "stack.example"],
            ["X-Twice", "one"],
            ["x-twice", "two"],
            length("grant_type=client_credentials"),
        ],
        requestBody: "grant_type=client_credentials",
        headers: [json, length(text)],
        body: text,
    }),
    exchange(2, "/picture", {
        headers: [["Content-Type", "image/png"], ["Content-Length", "8"]],
        body: { base64: binary.toString("base64") },
        cuts: [4, 8],
    }),
    exchange(3, "/upload", {
        method: "PUT",
        requestHeaders: [["Host", "stack.example"], ["Content-Length", "8"]],
        requestBody: { base64: binary.toString("base64") },
        status: 204,
        reason: "No Content",
    }),
    exchange(4, "/slow", { status: 0, outcome: "timeout", ms: 60000, end: { note: "no byte for 60 s" } }),
    exchange(5, "/old", { status: 302, reason: "Found", headers: [["Location", "/new"], ["Content-Length", "0"]] }),
]);

/** A frame's bytes, which `cat --json` has as text, as base64, or as a row of both. */
function bytesOf(bytes) {
    const pieces = [bytes ?? ""].flat();
    return Buffer.concat(pieces.map((one) => Buffer.from(one.base64 ?? one, one.base64 ? "base64" : "utf8")));
}

/** What HAR can hold of frames. */
function essence(frames) {
    return frames
        .filter(({ kind }) => !["session", "index", "seal"].includes(kind))
        .map(({ kind, x, t, method, target, headers, status, reason, bytes, outcome, note }) => ({
            kind, x, t, method, target, headers, status, reason, bytes: bytesOf(bytes), outcome, note,
        }));
}

async function exported(make, path, frames) {
    const file = await make(frames);
    await toolOk(["export", "--har", file, "-o", path("out.har")]);
    return JSON.parse(await readFile(path("out.har"), "utf8")).log;
}

/** Imports an archive with these entries; gives the frames, and what was said. */
async function imported({ path }, entries, log = {}) {
    await writeFile(path("in.har"), JSON.stringify({ log: { version: "1.2", entries, ...log } }));
    const { status, stderr } = await tool(["import", "--har", path("in.har"), "-o", path("in.cassette")]);
    assert.equal(status, 0, stderr);
    await toolOk(["verify", path("in.cassette")]);
    return { frames: await framesOf(path("in.cassette")), report: stderr };
}

const kinds = (frames, kind) => frames.filter((frame) => frame.kind === kind);

test("export and import give the same requests and answers", async (t) => {
    const shop = await workshop(t);
    const log = await exported(shop.make, shop.path, recorded);
    const { frames } = await imported(shop, log.entries);
    const [session] = frames;
    assert.equal(session.upstream, "https://stack.example");
    assert.equal(session.time, "2026-01-31T12:00:00.001Z");
    const shifted = recorded.map((frame) => ({ ...frame, ...(frame.t && { t: frame.t - 1000 }) }));
    assert.deepEqual(essence(frames), essence(shifted));
});

test("an entry says what HAR 1.2 asks for", async (t) => {
    const { make, path } = await workshop(t);
    const log = await exported(make, path, recorded);
    assert.equal(log.version, "1.2");
    assert.equal(log.creator.name, "foundry-cassette");
    assert.equal(log.entries.length, 5);
    const [token, picture, , slow] = log.entries;
    assert.equal(token.startedDateTime, "2026-01-31T12:00:00.001Z");
    assert.equal(token.time, 12);
    assert.deepEqual(token.timings, { send: 0, wait: 0.5, receive: 11.5 });
    assert.equal(token.request.url, "https://stack.example/multipass/api/oauth2/token?x=1&y=%20");
    assert.deepEqual(token.request.queryString, [
        { name: "x", value: "1" },
        { name: "y", value: "%20" },
    ]);
    assert.equal(token.response.content.text, text);
    assert.equal(token.response.content.size, Buffer.byteLength(text));
    assert.equal(token.comment, undefined);
    assert.deepEqual(picture.response.content, {
        mimeType: "image/png", size: 8, encoding: "base64", text: binary.toString("base64"),
    });
    assert.match(picture.comment, /where chunks ended/);
    assert.equal(slow.response.status, 0);
    assert.equal(slow._outcome, "timeout");
    for (const { request, response } of log.entries) {
        for (const key of ["cookies", "headers", "headersSize", "bodySize", "httpVersion"]) {
            assert.ok(key in request && key in response, key);
        }
    }
});

test("what HAR has no place for is named", async (t) => {
    const { make, path } = await workshop(t);
    const end = { response: { bytes: 4, wire: 4, trailers: [["X-Sum", "1"]], open: [0, 0] } };
    const broken = exchange(1, "/broken", { body: "part", cuts: [4], outcome: "truncated", end });
    const { entries: [entry] } = await exported(make, path, sealed([broken]));
    assert.equal(entry._outcome, "truncated");
    for (const lost of ["where chunks ended", "trailers", "the chunk within which it broke off"]) {
        assert.ok(entry.comment.includes(lost), lost);
    }
});

test("content codings are taken off, and said to have been there", async (t) => {
    const shop = await workshop(t);
    const coded = gzipSync(text);
    const headers = [json, ["Content-Encoding", "gzip"], ["Content-Length", `${coded.length}`]];
    const body = { base64: coded.toString("base64") };
    const log = await exported(shop.make, shop.path, sealed([exchange(1, "/", { headers, body })]));
    assert.equal(log.entries[0].response.content.text, text);
    assert.equal(log.entries[0].response.bodySize, coded.length);
    const { frames, report } = await imported(shop, log.entries);
    const [end] = kinds(frames, "end");
    assert.equal(end.response.decoded, "gzip");
    assert.equal(end.response.wire, coded.length);
    assert.equal(kinds(frames, "response_body")[0].bytes, text);
    assert.match(report, /1 times: content codings were taken off/);
});

const chromium = {
    startedDateTime: "2026-01-31T12:00:00.123Z",
    time: 31.5,
    request: {
        method: "POST",
        url: "https://stack.example/api/v2/token?scope=a#fragment",
        httpVersion: "http/2.0",
        headers: [
            { name: ":authority", value: "stack.example" },
            { name: ":method", value: "POST" },
            { name: ":path", value: "/api/v2/token?scope=a" },
            { name: ":scheme", value: "https" },
            { name: "authorization", value: "Bearer k7Gq2Zr9XwB4mN1pLd8VtY6hJc3FsA5e" },
            { name: "content-type", value: "application/json" },
        ],
        queryString: [{ name: "scope", value: "a" }],
        cookies: [],
        headersSize: -1,
        bodySize: 9,
        postData: { mimeType: "application/json", text: '{"a":"b"}' },
    },
    response: {
        status: 200,
        statusText: "",
        httpVersion: "http/2.0",
        headers: [
            { name: "content-encoding", value: "br" },
            { name: "content-type", value: "application/json; charset=utf-8" },
            { name: "set-cookie", value: "a=secret-one; Secure\nb=secret-two" },
        ],
        cookies: [],
        content: { size: 60, mimeType: "application/json", text: '{"access_token":"Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A","ok":1}' },
        redirectURL: "",
        headersSize: -1,
        bodySize: -1,
        _transferSize: 321,
        _error: null,
    },
    cache: {},
    timings: { blocked: 1.2, dns: -1, ssl: -1, connect: -1, send: 0.5, wait: 20.25, receive: 9 },
    connection: "443",
    _resourceType: "fetch",
};

test("an archive of Chromium's becomes HTTP/1.1 without secrets", async (t) => {
    const shop = await workshop(t);
    const { frames, report } = await imported(shop, [chromium]);
    const all = JSON.stringify(frames);
    for (const secret of ["k7Gq2Zr9XwB4", "secret-one", "secret-two", "Zk3vN8qLx2Rt"]) {
        assert.ok(!all.includes(secret), secret);
    }
    const [request] = kinds(frames, "request");
    assert.equal(request.target, "/api/v2/token?scope=a");
    assert.equal(request.version, "1.1");
    assert.deepEqual(request.headers.map(([name]) => name), ["authorization", "content-type", "Host", "Content-Length"]);
    assert.deepEqual(request.headers.slice(2), [["Host", "stack.example"], ["Content-Length", "9"]]);
    const [response] = kinds(frames, "response");
    assert.equal(response.t, 20750);
    assert.equal(response.headers.filter(([name]) => name === "set-cookie").length, 2);
    const [end] = kinds(frames, "end");
    assert.equal(end.t, 29750);
    assert.equal(end.response.decoded, "br");
    const body = JSON.parse(kinds(frames, "response_body")[0].bytes);
    assert.match(body.access_token, /^fe~access_token~/);
    assert.equal(body.ok, 1);
    for (const line of [
        "1 exchange imported",
        "2 times: HTTP/2 or HTTP/3: kept as HTTP/1.1",
        "4 times: pseudo fields (:authority and the like): left out",
        "1 times: no Host: taken from the URL",
        "1 times: a field of several lines: made several fields",
    ]) {
        assert.ok(report.includes(`in.har: ${line}\n`), report);
    }
    const { status, stdout } = await tool(["lint", shop.path("in.cassette")]);
    assert.equal(status, 0, stdout);
});

const firefox = {
    pageref: "page_1",
    startedDateTime: "2026-01-31T13:00:01.000+01:00",
    request: {
        bodySize: 7,
        method: "POST",
        url: "http://other.example:8080/form",
        httpVersion: "HTTP/1.1",
        headers: [
            { name: "Host", value: "other.example:8080" },
            { name: "Content-Type", value: "application/x-www-form-urlencoded" },
            { name: "Content-Length", value: "7" },
        ],
        cookies: [],
        queryString: [],
        headersSize: 400,
        postData: {
            mimeType: "application/x-www-form-urlencoded",
            params: [{ name: "a", value: "b c" }],
            text: "",
        },
    },
    response: {
        status: 200,
        statusText: "OK",
        httpVersion: "HTTP/1.1",
        headers: [{ name: "Content-Type", value: "image/png" }, { name: "Content-Length", value: "8" }],
        cookies: [],
        content: { mimeType: "image/png", size: 8, encoding: "base64", text: binary.toString("base64") },
        redirectURL: "",
        headersSize: 100,
        bodySize: 108,
    },
    cache: {},
    timings: { blocked: 0, dns: 0, connect: 0, ssl: 0, send: 0, wait: 5, receive: 1 },
    time: 6,
};

test("an archive of Firefox's: zones, parameters, base64, and a session for each origin", async (t) => {
    const shop = await workshop(t);
    const { frames, report } = await imported(shop, [chromium, firefox, chromium]);
    assert.deepEqual(
        kinds(frames, "session").map(({ upstream, time }) => [upstream, time]),
        [
            ["https://stack.example", "2026-01-31T12:00:00.123Z"],
            ["http://other.example:8080", "2026-01-31T12:00:01.000Z"],
            ["https://stack.example", "2026-01-31T12:00:00.123Z"],
        ],
    );
    assert.equal(kinds(frames, "seal").length, 3);
    assert.equal(kinds(frames, "request_body")[1].bytes, "a=b%20c");
    assert.deepEqual(bytesOf(kinds(frames, "response_body")[1].bytes), binary);
    assert.match(report, /1 times: a posted form as parameters only: written anew/);
    const tokens = kinds(frames, "response_body").filter(({ bytes }) => typeof bytes === "string");
    assert.equal(tokens[0].bytes, tokens[1].bytes, "one redactor for all sessions");
});

test("what failed, what is missing, and what is no HTTP", async (t) => {
    const shop = await workshop(t);
    const request = { method: "GET", url: "https://a/x", httpVersion: "HTTP/1.1", headers: [], bodySize: 0 };
    const failed = (error) => ({ request, response: { status: 0, headers: [], content: {}, _error: error } });
    const { frames, report } = await imported(shop, [
        failed("net::ERR_CONNECTION_REFUSED"),
        failed("net::ERR_CERT_AUTHORITY_INVALID"),
        failed("net::ERR_ABORTED"),
        failed("net::ERR_FAILED"),
        { request, response: { status: 200, headers: [], content: { size: 99 }, bodySize: 99 } },
        { request: { ...request, url: "data:text/plain,x" }, response: { status: 200 } },
        { request, response: { status: 200, headers: [{ name: "bad name", value: "x" }], content: { text: "hi" } } },
        "nonsense",
    ]);
    assert.deepEqual(
        kinds(frames, "end").map(({ outcome }) => outcome),
        ["refused", "tls", "client_abort", "reset", "ok", "ok"],
    );
    assert.equal(kinds(frames, "end")[4].response.dropped, "archive");
    for (const line of [
        "4 times: no answer (status 0): kept as a failure",
        "1 times: a body that the archive does not have: not kept",
        "2 times: no exchange over HTTP (data:, blob:, a WebSocket): left out",
        "1 times: a field that is none, or one too many: left out",
        "1 times: a body whose end no field tells: Content-Length added",
        "6 times: no timings: taken as 0",
    ]) {
        assert.ok(report.includes(`in.har: ${line}\n`), report);
    }
});

test("entries may be centuries apart, and before the first", async (t) => {
    const shop = await workshop(t);
    const years = ["1678-01-01", "2261-01-01", "2026-01-31", "1678-01-01"];
    const entries = years.map((day) => ({ ...firefox, startedDateTime: `${day}T12:00:00.000Z` }));
    const { frames } = await imported(shop, entries);
    const times = kinds(frames, "request").map((frame) => frame.t);
    const microseconds = (day) => (Date.parse(day) - Date.parse("1678-01-01")) * 1000;
    assert.deepEqual(times, [0, microseconds("2261-01-01"), microseconds("2026-01-31"), 0]);
});

test("what is no archive is refused with one line, and nothing is written", async (t) => {
    const { path } = await workshop(t);
    for (const input of ["", "hello", "{}", '{"log":{"entries":{}}}', '{"log":{"entries":[]}}']) {
        await writeFile(path("bad.har"), input);
        const { status, stderr } = await tool(["import", "--har", path("bad.har"), "-o", path("out")]);
        assert.equal(status, 2, input);
        assert.match(stderr, /^foundry-cassette: \S+bad\.har: [^\n]+\n$/);
        await assert.rejects(stat(path("out")));
    }
});

test("a file that is there is not written over, but with --overwrite", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make(recorded);
    await writeFile(path("out.har"), "mine");
    const { status, stderr } = await tool(["export", "--har", file, "-o", path("out.har")]);
    assert.equal(status, 2);
    assert.match(stderr, /it exists already/);
    assert.equal(await readFile(path("out.har"), "utf8"), "mine");
    await toolOk(["export", "--har", "--overwrite", file, "-o", path("out.har")]);
    const { stdout } = await toolOk(["export", "--har", file, "-o", "-"]);
    assert.equal(await readFile(path("out.har"), "utf8"), stdout);
});
