// SPDX-License-Identifier: MIT
// Secrets that are planted in traffic: none of them may be found in anything that the recorder leaves behind.
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { cassetteTool, readCassette } from "./support/cassette.mjs";
import { firstSteps, kinds, largeSteps, laterSteps, makeSecrets, tracesOf } from "./support/planted.mjs";
import { startRecorder, temporaryFolder } from "./support/recorder.mjs";
import { startUpstream } from "./support/upstream.mjs";
import { connectTo, message, request, valueOf } from "./support/wire.mjs";

/** Takes steps, one after the other: what the recorder left behind of them. */
async function take(t, steps, args = []) {
    let next = 0;
    const upstream = await startUpstream(t, async (wire) => {
        while (await wire.request()) {
            const { answer } = steps[next++];
            if (answer === undefined) wire.reset();
            else await wire.send(answer);
        }
    });
    const recorder = await startRecorder(t, upstream.url, { args: ["--log-level", "debug", ...args] });
    const wire = await connectTo(recorder.url);
    for (const { send, answer } of steps) {
        await wire.send(send);
        const got = await wire.answer();
        assert.equal(got.status === 502, answer === undefined, `${got.status} to ${send.slice(0, 60)}`);
    }
    wire.close();
    const journal = await (await fetch(new URL("/_emulate/journal?limit=1000", recorder.url))).text();
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    assert.equal(exchanges.length, steps.length);
    return { file: recorder.cassette, exchanges, journal, log: recorder.stderr };
}

const decoders = { gzip: gunzipSync, br: brotliDecompressSync };

/** A body without its codings, which are off already if something in it was replaced. */
function decoded({ fields, data, end }) {
    const coding = valueOf(fields, "content-encoding");
    return coding && !end?.decoded && data.length > 0 ? decoders[coding](data) : data;
}

/** A head and its body as somebody reads them who takes codings off. */
function readable({ target = "", reason, fields, trailers, ...body }) {
    const lines = [...fields, ...trailers].map((field) => field.join(": "));
    const bodies = [body.data, decoded({ fields, ...body })].map((bytes) => bytes.toString("latin1"));
    return [target, reason, ...lines, ...bodies].join("\n");
}

/** Every place in which somebody could look. */
async function placesOf({ file, exchanges, journal, log }) {
    const { stdout: json } = await cassetteTool("cat", "--json", file);
    const { stdout: list } = await cassetteTool("ls", file);
    const heads = exchanges.flatMap(({ request: asked, interim, response }) =>
        [asked, ...interim.map((head) => ({ ...head, data: Buffer.alloc(0), trailers: [] })), response]);
    return {
        "the file": await readFile(file, "latin1"),
        "its JSON": json,
        "its list": list,
        "what it says": heads.filter((head) => head).map(readable).join("\n\n"),
        "the journal": journal,
        "the log": log,
    };
}

function assertNone(places, secrets) {
    const found = [];
    for (const [i, secret] of secrets.entries()) {
        for (const trace of tracesOf(secret)) {
            for (const [place, text] of Object.entries(places)) {
                if (!text.includes(trace)) continue;
                const at = text.indexOf(trace);
                found.push(`${kinds[i]}, in ${place}: …${text.slice(Math.max(0, at - 60), at + trace.length + 20)}…`);
            }
        }
    }
    assert.deepEqual(found, []);
}

const heldBytes = 256 << 10; // a head may be written before the end of a longer body

/** Lengths are those of what is stored, and JSON is JSON. */
function assertSound(exchanges) {
    for (const { request: asked, response } of exchanges) {
        for (const head of [asked, response].filter((one) => one)) {
            const length = valueOf(head.fields, "content-length");
            assert.equal(head.data.length, head.end?.bytes ?? 0);
            if (length !== undefined && head.data.length <= heldBytes) assert.equal(head.data.length, Number(length));
            if (valueOf(head.fields, "content-type") === "application/json") JSON.parse(decoded(head));
        }
    }
}

test("none of twelve is left, wherever and however they come", async (t) => {
    const secrets = makeSecrets();
    const left = await take(t, [...firstSteps(secrets), ...secrets.flatMap(laterSteps)]);
    assertNone(await placesOf(left), secrets);
    assertSound(left.exchanges);
    const lint = await cassetteTool("lint", left.file);
    assert.doesNotMatch(lint.stdout, /secret/i, lint.stdout);
    assert.equal(lint.code, 0, lint.stdout + lint.stderr);
});

test("none is left in large bodies", async (t) => {
    const secrets = makeSecrets();
    const left = await take(t, [...firstSteps(secrets), ...largeSteps(secrets)]);
    assertNone(await placesOf(left), secrets);
    assertSound(left.exchanges);
});

test("--keep-secrets: lint finds every one, and says none", async (t) => {
    const secrets = makeSecrets();
    const left = await take(t, firstSteps(secrets), ["--keep-secrets"]);
    const { mode } = await stat(left.file);
    assert.equal(mode & 0o777, 0o600);
    const places = await placesOf(left);
    for (const [i, secret] of secrets.entries()) {
        const found = tracesOf(secret).some((trace) => places["what it says"].includes(trace));
        assert.ok(found, `${kinds[i]} was not kept`);
    }
    const lint = await cassetteTool("lint", left.file);
    assert.equal(lint.code, 2);
    assertNone({ "lint's report": lint.stdout + lint.stderr, "the log": left.log }, secrets);
    for (const [i, kind] of kinds.entries()) {
        assert.match(lint.stdout, new RegExp(`: seq ${i + 1}: `), `${kind}: ${lint.stdout}`);
    }
});

const done = message("HTTP/1.1 200 OK", ["Content-Length: 0"]);

test("equal secrets have equal placeholders, and others others", async (t) => {
    const [first, second] = makeSecrets();
    const refresh = (token) => ({
        send: request("POST", "/", [
            "Content-Type: application/x-www-form-urlencoded",
            `Content-Length: ${`refresh_token=${encodeURIComponent(token)}`.length}`,
        ], `refresh_token=${encodeURIComponent(token)}`),
        answer: done,
    });
    const plain = { expires_in: 3599, token_type: "Bearer", scope: "a b", errorCode: "X" };
    const body = JSON.stringify({ refresh_token: first, ...plain });
    const grant = {
        send: request("GET", "/"),
        answer: message("HTTP/1.1 200 OK", ["Content-Type: application/json", `Content-Length: ${body.length}`], body),
    };
    const { exchanges } = await take(t, [grant, refresh(first), refresh(second)]);
    const { refresh_token: placeholder, ...rest } = JSON.parse(exchanges[0].response.data);
    assert.match(placeholder, /^fe~refresh_token~[A-Za-z0-9~_-]+$/);
    assert.equal(placeholder.length, first.length);
    assert.deepEqual(rest, plain);
    const [again, other] = exchanges.slice(1).map(({ request: { data } }) =>
        new URLSearchParams(data.toString()).get("refresh_token"));
    assert.equal(again, placeholder);
    assert.notEqual(other, placeholder);
});

test("names are added and taken away: on the command line, and in a file", async (t) => {
    const [secret, kept] = makeSecrets();
    const seed = join(await temporaryFolder(t), "names.yaml");
    await writeFile(seed, "server:\n  redact: [x-from-file]\n  keep: [x-file-token]\n");
    const steps = [{
        send: request("GET", "/", [`X-Internal: ${secret}`, `Module-Auth-Token: ${kept}`]),
        answer: done,
    }, {
        send: request("GET", "/", [`X-From-File: ${secret}1`, `X-File-Token: ${kept}1`]),
        answer: done,
    }];
    const args = ["--redact", "x-internal", "--keep", "Module-Auth-Token"];
    const [command] = (await take(t, [steps[0]], args)).exchanges;
    assert.match(valueOf(command.request.fields, "x-internal"), /^fe~/);
    assert.equal(valueOf(command.request.fields, "module-auth-token"), kept);
    const [file] = (await take(t, [steps[1]], ["--seed", seed])).exchanges;
    assert.match(valueOf(file.request.fields, "x-from-file"), /^fe~/);
    assert.equal(valueOf(file.request.fields, "x-file-token"), `${kept}1`);
});

test("people are kept, and replaced with --redact-pii", async (t) => {
    const body = JSON.stringify({ email: "jane.placeholder@example.com", givenName: "Jane", id: "1234567890" });
    const steps = [{
        send: request("GET", "/"),
        answer: message("HTTP/1.1 200 OK", ["Content-Type: application/json", `Content-Length: ${body.length}`], body),
    }];
    const [kept] = (await take(t, steps)).exchanges;
    assert.equal(kept.response.data.toString(), body);
    const [replaced] = (await take(t, steps, ["--redact-pii"])).exchanges;
    assert.doesNotMatch(replaced.response.data.toString(), /jane/i);
});
