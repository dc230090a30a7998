// SPDX-License-Identifier: MIT
// `lint`: every planted secret is found, wherever and however it is written; and nothing else is.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import { demo, exchange, sealed, session } from "./support/frames.mjs";
import { tool, workshop } from "./support/tool.mjs";

const json = [["Content-Type", "application/json"]];
const form = [
    ["Host", "stack.example"],
    ["Content-Type", "application/x-www-form-urlencoded"],
];

/** Findings as objects; also holds the exit status to them. */
async function findings(file, ...options) {
    const { status, stdout, stderr } = await tool(["lint", "--json", ...options, file]);
    assert.equal(stderr, "");
    const found = stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    assert.equal(status, found.length > 0 ? 2 : 0, stdout);
    return found;
}

const secretFindings = async (file) => (await findings(file)).filter((one) => one.seq);

/** A cassette with one exchange that holds `secret` at a place. */
const planted = {
    "request target": (s) => exchange(1, `/login?code=${s}`),
    "request target, percent-encoded": (s) => exchange(1, `/go?to=${encodeURIComponent(`/x?access_token=${s}`)}`),
    "request target, percent-encoded twice": (s) =>
        exchange(1, `/go?to=${encodeURIComponent(encodeURIComponent(`https://a/x?access_token=${s}`))}`),
    "request field": (s) => exchange(1, "/", { requestHeaders: [["Authorization", `Bearer ${s}`]] }),
    "a field of Foundry's": (s) => exchange(1, "/", { requestHeaders: [["Module-Auth-Token", s]] }),
    "a cookie": (s) => exchange(1, "/", { requestHeaders: [["Cookie", `theme=fe~cookie~aaaaaaaaaaaaaaaa; s=${s}`]] }),
    "a cookie that is set": (s) => exchange(1, "/", { headers: [["Set-Cookie", `s=${s}; Path=/; Secure`]] }),
    "a redirect": (s) => exchange(1, "/", { headers: [["Location", `https://app.example/cb?code=${s}&state=abc`]] }),
    "a form": (s) => exchange(1, "/t", { requestHeaders: form, requestBody: `grant_type=x&client_secret=${s}` }),
    JSON: (s) => exchange(1, "/t", { headers: json, body: JSON.stringify({ a: [{ access_token: s }] }) }),
    "JSON in JSON": (s) =>
        exchange(1, "/t", { headers: json, body: JSON.stringify({ log: JSON.stringify({ access_token: s }) }) }),
    "JSON, escaped": (s) =>
        exchange(1, "/t", {
            headers: json,
            body: `{"access_token":"${[...s].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"}`,
        }),
    "JSON as octets": (s) =>
        exchange(1, "/t", {
            requestHeaders: [["Content-Type", "application/octet-stream"]],
            requestBody: JSON.stringify({ temporaryCredentialsAuthToken: s }),
        }),
    multipart: (s) =>
        exchange(1, "/t", {
            requestHeaders: [["Content-Type", "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"]],
            requestBody:
                "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" +
                `${s}\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n`,
        }),
    ...Object.fromEntries(
        [0, 1, 2].map((offset) => [
            `base64 at offset ${offset}`,
            (s) =>
                exchange(1, "/t", {
                    headers: json,
                    body: JSON.stringify({
                        data: Buffer.from(`${"x".repeat(offset)}{"access_token":"${s}"}`).toString("base64"),
                    }),
                }),
        ]),
    ),
    base64url: (s) =>
        exchange(1, `/go/${Buffer.from(JSON.stringify({ "?>": "?>", access_token: s })).toString("base64url")}`),
    ...Object.fromEntries(
        [
            ["gzip", gzipSync],
            ["deflate", deflateSync],
            ["br", brotliCompressSync],
        ].map(([name, compress]) => [
            name,
            (s) =>
                exchange(1, "/t", {
                    headers: [...json, ["Content-Encoding", name]],
                    body: { base64: compress(JSON.stringify({ access_token: s })).toString("base64") },
                }),
        ]),
    ),
    "behind much": (s) =>
        exchange(1, "/t", {
            headers: json,
            body: JSON.stringify({ rows: Array(5000).fill("some words"), access_token: s, more: "x ".repeat(40000) }),
        }),
    "a trailer": (s) =>
        exchange(1, "/t", {
            end: { response: { bytes: 0, wire: 0, trailers: [["X-Access-Token", s]] } },
        }),
    "a note": (s) => exchange(1, "/t", { end: { note: `no answer to https://stack.example/x?access_token=${s}` } }),
};

const secrets = [
    "s3cr3t-P4ssw0rd",
    "k7Gq2Zr9XwB4mN1pLd8VtY6hJc3FsA5e",
    "0123456789abcdef0123456789abcdef",
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MX0.c2lnbmF0dXJlLXNpZ25hdHVyZQ",
];

for (const [place, plant] of Object.entries(planted)) {
    test(`a secret in ${place} is found, and a placeholder there is none`, async (t) => {
        const { make } = await workshop(t);
        for (const [i, secret] of secrets.entries()) {
            const kept = sealed([plant(secret)], { redaction: { version: 1, secrets: "kept" } });
            const file = await make(kept, `kept-${i}`);
            assert.notDeepEqual(await secretFindings(file), [], secret);
            const { stdout } = await tool(["lint", file]);
            assert.ok(!stdout.includes(secret), stdout);
        }
        const clean = await make(sealed([plant("fe~access_token~k3j9x2m5q7r4t6v2")]), "clean");
        assert.deepEqual(await findings(clean), []);
    });
}

test("what the redactor lets through is clean, wherever a secret was that had its name before", async (t) => {
    const { make, path } = await workshop(t);
    for (const [i, [place, plant]] of Object.entries(planted).entries()) {
        const kept = sealed(
            [
                ...secrets.map((secret) => exchange(1, "/", { headers: json, body: JSON.stringify({ token: secret }) })),
                ...secrets.map((secret) => plant(secret)),
            ],
            { redaction: { version: 1, secrets: "kept" } },
        );
        // Exchanges are numbered anew.
        let x = 0;
        for (const frame of kept.filter((one) => one.x)) frame.x = frame.kind === "request" ? ++x : x;
        const file = await make(kept, `kept-${i}`);
        await tool(["export", "--har", file, "-o", path(`${i}.har`)]);
        assert.equal((await tool(["import", "--har", path(`${i}.har`), "-o", path(`clean-${i}`)])).status, 0);
        assert.deepEqual(await findings(path(`clean-${i}`)), [], place);
    }
});

const shapes = {
    "a JSON web token": secrets[3],
    "an AWS access key": "AKIAIOSFODNN7EXAMPLQ",
    "a Google API key": "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "a GitHub token": `ghp_${"aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD1fG3hJ5"}`,
    "a Slack token": "xoxb-123456789012-abcdefABCDEF",
    "an npm token": `npm_${"aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD1fG3hJ5"}`,
    "a Stripe key": "sk_live_aB3dE5gH7jK9mN1pQ3sT5vW7",
    "an Azure storage key": `AccountKey=${Buffer.alloc(64, "kJ7#qP0!").toString("base64")}`,
    "a private key": `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oiq".padEnd(64, "x")}\n`,
    "a password in a URL": "postgres://admin:hunter2@db.internal/app",
    "credentials of an Authorization": "Authorization: Basic YWxpY2U6aHVudGVyMg==",
    "looks like a secret that chance has made": "k7Gq2Zr9XwB4mN1pLd8VtY6hJc3FsA5e",
};

test("secrets are known by their shape where no name tells of them", async (t) => {
    const { make } = await workshop(t);
    for (const [rule, secret] of Object.entries(shapes)) {
        const text = `see: ${secret} and so on`;
        const bodies = [text, JSON.stringify({ message: text }), Buffer.from(text).toString("base64")];
        for (const body of bodies) {
            const found = await findings(await make(sealed([exchange(1, "/", { body })]), `${Math.random()}`));
            assert.deepEqual([...new Set(found.map((one) => one.rule))], [rule], body);
        }
    }
});

test("a secret that is named in one place is found without its name in others", async (t) => {
    const { make } = await workshop(t);
    const secret = "correct horse battery";
    const file = await make(
        sealed([
            exchange(1, "/a", { body: `you said ${secret}!` }),
            exchange(2, "/b", { headers: json, body: JSON.stringify({ password: secret }) }),
            exchange(3, `/c/${encodeURIComponent(encodeURIComponent(secret))}`),
            exchange(4, "/d", { body: Buffer.from(`..${secret}..`).toString("base64") }),
        ]),
    );
    const found = await findings(file);
    assert.deepEqual(
        found.map(({ seq, place }) => [seq, place]),
        [
            [1, "response body"],
            [2, "response body"],
            [3, "request target"],
            [4, "response body"],
        ],
    );
});

test("what only looks random is no finding", async (t) => {
    const { make } = await workshop(t);
    const body = JSON.stringify({
        rid: "ri.foundry.main.dataset.6f1a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8",
        id: "Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A",
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        plain: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        nextPageToken: "v1.Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A",
        time: "2026-01-31T12:00:00.000Z",
        class: "com.palantir.foundry.ComputeModuleJobV1ResultHandlerFactory2",
        words: "wireActionTypeV2ToSdkActionMetadata, LoadObjectSetLinksResponseV2",
        path: "/contour-backend-multiplexer/api/module-group-multiplexer/compute-modules/jobs/v2/execute",
        alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        text: Buffer.from("Nothing but words, over and over again, in base64.").toString("base64"),
        token_type: "Bearer",
        expires_in: 3600,
        errorCode: "NOT_FOUND",
        code: "INVALID_ARGUMENT",
        help: "Send it as Bearer authentication, or as Basic authentication.",
        integrity: "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    });
    const headers = [
        ...json,
        ["ETag", '"Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A"'],
        ["X-Request-Id", "Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A"],
        ["traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
        ["Date", "Sat, 31 Jan 2026 12:00:00 GMT"],
        ["WWW-Authenticate", 'Bearer realm="Foundry", error="invalid_token"'],
    ];
    const file = await make(
        sealed([
            exchange(1, "/api/v2/ontologies/ri.ontology.main.ontology.6f1a2b3c-4d5e-6f70-8192-a3b4c5d6e7f8", {
                headers,
                body,
            }),
            exchange(3, "/authorize", {
                headers: [["Content-Type", "text/html"]],
                body: '<form><input type="hidden" name="state" value="Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A"></form>',
            }),
            exchange(4, "/api/v2/admin/users/0d0ee429-e4d5-8c83-8a1f-73a58e5dfcd7"),
            exchange(2, "/authorize?state=Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A&code_challenge=Zk3vN8qLx2Rt7Wp5Yb1Hc9Md4Gf6Js0A"),
        ]),
    );
    assert.deepEqual(await findings(file), []);
    assert.deepEqual(await findings(await make(demo, "demo")), [], "the cassette of the other tests");
});

test("what should not be kept is told: secrets, what was cut off, dropped, large, damaged", async (t) => {
    const { make, path } = await workshop(t);
    const headers = [["Content-Encoding", "gzip"]];
    const frames = [
        session({ redaction: { version: 1, secrets: "kept" } }),
        ...exchange(1, "/cut", { outcome: "truncated" }),
        ...exchange(2, "/left", { outcome: "client_abort" }),
        ...exchange(3, "/dropped", { end: { response: { bytes: 0, wire: 9, dropped: "coding" } } }),
        ...exchange(4, "/large", { body: "a ".repeat(1000) }),
        ...exchange(5, "/lies", { headers, body: "this is no gzip" }),
        ...exchange(6, "/open").slice(0, -1),
    ];
    const file = await make(frames);
    await writeFile(path("torn"), Buffer.concat([await readFile(file), Buffer.from([0x93, 0x06])]));
    const found = await findings(path("torn"), "--max-body", "1k");
    assert.deepEqual(
        found.map(({ seq, place, rule }) => `${seq ?? ""} ${place}: ${rule}`),
        [
            " session 1: secrets are kept (--keep-secrets)",
            " file: a frame that was not finished",
            "1 exchange: it was cut off: truncated",
            "2 exchange: it was cut off: client_abort",
            "3 response body: it was not kept, as it could not be read",
            "4 response body: it is larger than --max-body",
            "5 response body: it is not what its Content-Encoding says",
            "6 exchange: it has no end: the recording broke off",
        ],
    );
});

test("people get a line a finding, and a sum", async (t) => {
    const { make } = await workshop(t);
    const secret = "k7Gq2Zr9XwB4mN1pLd8VtY6hJc3FsA5e";
    const file = await make(
        sealed([
            exchange(1, "/", { headers: json, body: `{"access_token":"${secret}"}` }),
            exchange(2, "/", { requestHeaders: [["Authorization", `Bearer ${secret}`]] }),
        ]),
    );
    const { status, stdout, stderr } = await tool(["lint", file]);
    assert.equal(status, 2);
    assert.equal(stderr, "");
    assert.equal(
        stdout,
        `${file}: seq 1: response body access_token at byte 17: the value of a secret name\n` +
            `${file}: seq 2: request field Authorization at byte 0: the value of a secret name\n` +
            `${file}: 2 findings\n`,
    );
    const clean = await make(demo, "clean");
    const both = await tool(["lint", clean, file]);
    assert.equal(both.status, 2);
    assert.ok(both.stdout.startsWith(`${clean}: clean\n`));
});
