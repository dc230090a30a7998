// SPDX-License-Identifier: MIT
// diff: what it finds between two answers, and how it tells.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { exchange } from "./support/frames.mjs";
import { diffFrames, findingsBetween, jsonFields, startLive } from "./support/live.mjs";

const json = Object.entries(jsonFields);

test("answers of one shape have no findings, whatever is in them", async (t) => {
    const pairs = [
        ['{"a":1,"b":{"c":"x"},"l":[{"d":1}]}', '{"l":[{"d":-2e9},{"d":0}],"b":{"c":""},"a":2.5}'],
        ["[]", '[{"a":1}]'],
        ['"text"', '"other"'],
        ['{"a":true}', '{"a":false}'],
        ['{"l":["a",null,1]}', '{"l":[2]}'],
    ];
    for (const [recorded, live] of pairs) {
        assert.deepEqual(await findingsBetween(t, recorded, live), [], `${recorded} ${live}`);
    }
});

test("fields that are gone or new are told once, at the top", async (t) => {
    assert.deepEqual(await findingsBetween(t, '{"a":{"b":{"c":1}},"k":1}', '{"a":{"d/~":[{"e":1}]},"k":1}'), [
        ["error", "gone", "/a/b", "object", undefined],
        ["warning", "new", "/a/d~1~0", undefined, "array"],
    ]);
});

test("types, and null which is one of its own", async (t) => {
    assert.deepEqual(await findingsBetween(t, '{"a":1,"b":"x","c":null,"d":[1],"e":{"f":1}}', '{"a":"1","b":null,"c":7,"d":{},"e":null}'), [
        ["error", "type", "/a", "number", "string"],
        ["warning", "nullable", "/b", "string", "null"],
        ["warning", "nullable", "/c", "null", "number"],
        ["error", "type", "/d", "array", "object"],
        ["warning", "nullable", "/e", "object", "null"],
    ]);
});

test("elements of lists are compared as one", async (t) => {
    const recorded = '{"data":[{"id":1,"tag":"a","also":1},{"id":2,"also":2,"rare":1}],"more":[1]}';
    const live = '{"data":[{"id":1},{"id":"2","also":1},{"id":3,"also":2,"tag":null}],"more":[]}';
    assert.deepEqual(await findingsBetween(t, recorded, live), [
        ["error", "type", "/data/*/id", "number", "string or number"],
        ["warning", "nullable", "/data/*/tag", "string", "null"],
        ["warning", "optional", "/data/*/also", "always", "1 of 3"],
        ["info", "absent", "/data/*/rare", "1 of 2", undefined],
        ["info", "empty", "/more", "number", undefined],
    ]);
    assert.deepEqual(await findingsBetween(t, '{"l":[1]}', '{"l":[]}'), [["info", "empty", "/l", "number", undefined]]);
});

test("what is no JSON any more", async (t) => {
    assert.deepEqual(await findingsBetween(t, '{"a":1}', "<html>"), [["error", "type", "", "object", "no JSON"]]);
    assert.deepEqual(await findingsBetween(t, '{"a":1}', ""), [["error", "type", "", "object", "empty"]]);
    assert.deepEqual(await findingsBetween(t, '{"a":1}{"a":2}', '{"b":1}'), []);
});

test("an answer of another status or type is another answer", async (t) => {
    const server = await startLive(t, {
        "GET /a": [500, jsonFields, "{}"],
        "GET /b": [200, { "Content-Type": "text/html; charset=utf-8" }, "<p>"],
        "GET /c": [200, { "Content-Type": "Application/JSON;charset=utf-8" }, '{"a":1}'],
    });
    const { status, stdout } = await diffFrames(t, server.url, [
        exchange(1, "/a", { headers: json, body: '{"a":1}' }),
        exchange(2, "/b", { headers: json, body: '{"a":1}' }),
        exchange(3, "/c", { headers: json, body: '{"a":2}' }),
    ]);
    assert.equal(status, 2);
    assert.deepEqual(stdout.split("\n").slice(1, -1), [
        "#1 GET /a",
        "  error    the status was 200, is 500",
        "#2 GET /b",
        "  error    the media type was application/json, is text/html",
        "3 compared: 2 errors, 0 warnings",
    ]);
});

test("content codings are taken off on both sides", async (t) => {
    const coded = (body) => [200, { ...jsonFields, "Content-Encoding": "gzip" }, gzipSync(body)];
    const server = await startLive(t, { "GET /a": coded('{"a":1}'), "GET /b": [200, jsonFields, '{"a":"1"}'] });
    const gzip = [...json, ["Content-Encoding", "gzip"]];
    const { stdout } = await diffFrames(t, server.url, [
        exchange(1, "/a", { headers: json, body: '{"a":"1"}' }),
        exchange(2, "/b", { headers: gzip, body: { base64: gzipSync('{"a":1}').toString("base64") } }),
    ]);
    assert.match(stdout, /#1 GET \/a\n {2}error {4}\/a was string, is number\n#2 GET \/b\n {2}error {4}\/a was number, is string\n/);
});

test("values count where they are asked for", async (t) => {
    const recorded = '{"a":1.0,"b":{"c":"x"},"l":[{"n":"a"},{"n":"b"}],"token":"fe~token~k3j9k3j9k3j9k3j9"}';
    const live = '{"a":1,"b":{"c":"y"},"l":[{"n":"a"},{"n":"c"},{"n":"d"}],"token":"live-Secret-1234","e":"of live-Secret-1234"}';
    const values = async (...words) =>
        (await findingsBetween(t, recorded, live, words.flatMap((word) => ["--values", word])))
            .filter(([, kind]) => kind === "value").map(([tier, , ...rest]) => [tier, ...rest]);
    assert.deepEqual(await values(), []);
    assert.deepEqual(await values("/a"), []);
    assert.deepEqual(await values("/b"), [["warning", "/b/c", '"x"', '"y"']]);
    assert.deepEqual(await values("/l/0", "/l/*/n"), [["warning", "/l/1/n", '"b"', '"c"']]);
    assert.deepEqual(await values("all"), [
        ["warning", "/b/c", '"x"', '"y"'],
        ["warning", "/l/1/n", '"b"', '"c"'],
        ["warning", "/l/2", undefined, "{}"],
    ]);
});

test("the same finding again is counted", async (t) => {
    const server = await startLive(t, { "GET /a": [200, jsonFields, "{}"] });
    const same = [1, 2, 3].map((x) => exchange(x, "/a", { headers: json, body: '{"a":1}' }));
    const { stdout } = await diffFrames(t, server.url, same);
    assert.match(stdout, /\n#1 GET \/a\n {2}error {4}\/a is gone; it was number \(3 times\)\n3 compared: 1 error, 0 warnings\n$/);
});

test("no secret is in a report, even if the server gives it back", async (t) => {
    const secret = "live-Token-0123456789";
    const body = JSON.stringify({ [`by-${secret}`]: 1, note: `of ${secret}`, access_token: "other-Secret-4711", echo: "other-Secret-4711" });
    const server = await startLive(t, { "GET /a": [200, jsonFields, body] });
    const recorded = exchange(1, "/a", {
        requestHeaders: [["Authorization", "Bearer fe~access_token~k3j9k3j9k3j9k3j9"]],
        headers: json,
        body: '{"note":"n","access_token":"fe~access_token~k3j9k3j9k3j9k3j9","echo":"e"}',
    });
    for (const format of ["text", "json", "markdown"]) {
        const args = ["--values", "all", "--format", format];
        const { status, stdout, stderr } = await diffFrames(t, server.url, [recorded], { args, env: { FOUNDRY_TOKEN: secret } });
        assert.equal(status, 2);
        assert.equal(server.asked.at(-1).headers.authorization, `Bearer ${secret}`);
        assert.match(stdout, /by-fe~access_token~/);
        assert.ok(!/live-Token|other-Secret/.test(stdout + stderr), stdout);
    }
});

test("Markdown fits a comment, and cannot be broken out of", async (t) => {
    const server = await startLive(t, { "GET /a": [200, jsonFields, '{"`|`":1}'] });
    const { status, stdout } = await diffFrames(t, server.url, [exchange(1, "/a", { headers: json, body: "{}" })], {
        args: ["--format=markdown"],
    });
    assert.equal(status, 2);
    assert.match(stdout, /^### Drift of `.*demo\.cassette` from `http:\/\/127\.0\.0\.1:\d+`\n\n\*\*1 compared: 0 errors, 1 warning\*\*\n\n\| \| request \| answer \|\n\|---\|---\|---\|\n/);
    assert.ok(stdout.endsWith("| warning | `GET /a` (#1) | `/'\\|'` is new: `number` |\n"), stdout);

    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`field-${i}`, i]));
    const big = await startLive(t, { "GET /a": [200, jsonFields, "{}"] });
    const long = await diffFrames(t, big.url, [exchange(1, "/a", { headers: json, body: JSON.stringify(many) })], {
        args: ["--format=markdown"],
    });
    assert.ok(long.stdout.length < 65536);
    const rows = long.stdout.match(/^\| error /gm).length;
    assert.match(long.stdout, new RegExp(`\\n\\nAnd ${3000 - rows} more\\.\\n$`));
});

test("the report for machines", async (t) => {
    const server = await startLive(t, { "GET /a?b=1": [200, jsonFields, '{"n":null}'] });
    const { file, stdout } = await diffFrames(t, server.url, [
        exchange(1, "/a?b=1", { headers: json, body: '{"n":1}' }),
        exchange(2, "/write", { method: "POST", body: "x" }),
    ], { args: ["--format", "json"] });
    assert.deepEqual(JSON.parse(stdout), {
        cassette: file, against: server.url, compared: 1, skipped: { write: 1 }, errors: 0, warnings: 1, infos: 0,
        findings: [{
            tier: "warning", kind: "nullable", seq: 1, method: "GET", target: "/a?b=1", pointer: "/n", recorded: "number",
            live: "null", times: 1,
        }],
    });
});
