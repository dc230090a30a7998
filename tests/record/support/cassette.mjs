// SPDX-License-Identifier: MIT
// What is in a cassette, as the program FE_CASSETTE tells it in JSON, and whether that is what happened.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

import { endToEnd, shown, without } from "./compare.mjs";

/** Runs foundry-cassette: how it ended, and what it said. */
export async function cassetteTool(...args) {
    assert.ok(process.env.FE_CASSETTE, "FE_CASSETTE must name foundry-cassette");
    const child = spawn(process.env.FE_CASSETTE, args, { stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: [], stderr: [] };
    for (const name of ["stdout", "stderr"]) child[name].on("data", (bytes) => said[name].push(bytes));
    const [code, signal] = await once(child, "close");
    const [stdout, stderr] = [said.stdout, said.stderr].map((parts) => Buffer.concat(parts).toString());
    assert.doesNotMatch(stderr, /Sanitizer|runtime error/);
    return { code, signal, stdout, stderr };
}

/** Text, other bytes, or pieces of both. */
function bytesOf(value) {
    if (typeof value === "string") return Buffer.from(value);
    if (Array.isArray(value)) return Buffer.concat(value.map(bytesOf));
    return Buffer.from(value.base64, "base64");
}

/** As wires have it: every byte a character. */
const textOf = (value) => bytesOf(value).toString("latin1");
const fieldsOf = (headers) => headers.map(([name, value]) => [textOf(name), textOf(value)]);

const headOf = ({ reason = "", headers, ...head }) => ({
    ...head,
    reason: textOf(reason),
    fields: fieldsOf(headers),
    parts: [],
    ends: [],
});

/** The frames of a file whose end may be torn off: what is good of them, in order. */
export async function framesOf(file, { torn = false } = {}) {
    const { code, stdout, stderr } = await cassetteTool("cat", "--json", file);
    if (!torn) assert.equal(code, 0, stderr);
    return stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

function addBody(head, { at, cuts = [], bytes = "" }) {
    assert.equal(at, head.parts.reduce((sum, part) => sum + part.length, 0), "a body has a hole");
    head.parts.push(bytesOf(bytes));
    head.ends.push(...cuts.map((cut) => at + cut));
}

const addFrame = {
    request: (exchange, frame) => (exchange.request = { ...headOf(frame), target: textOf(frame.target) }),
    request_body: (exchange, frame) => addBody(exchange.request, frame),
    interim: (exchange, frame) => exchange.interim.push(headOf(frame)),
    response: (exchange, frame) => (exchange.response = headOf(frame)),
    response_body: (exchange, frame) => addBody(exchange.response, frame),
    end: (exchange, { outcome, note, request, response }) => {
        Object.assign(exchange, { outcome, note });
        Object.assign(exchange.request, { end: request });
        if (exchange.response) Object.assign(exchange.response, { end: response });
    },
};

function finishBody(head) {
    head.data = Buffer.concat(head.parts);
    head.trailers = fieldsOf(head.end?.trailers ?? []);
}

/** The exchanges of a list of frames, in the order of their requests. */
export function exchangesOf(frames) {
    const exchanges = [];
    let session = new Map();
    for (const { kind, x, ...frame } of frames) {
        if (kind === "session") session = new Map();
        if (kind === "request") {
            session.set(x, { interim: [] });
            exchanges.push(session.get(x));
        }
        addFrame[kind]?.(session.get(x), frame);
    }
    for (const { request, response } of exchanges) {
        finishBody(request);
        if (response) finishBody(response);
    }
    return exchanges;
}

/** A cassette that has been closed in order. */
export async function readCassette(file) {
    const verified = await cassetteTool("verify", file);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    const frames = await framesOf(file);
    assert.equal(frames[0].kind, "session");
    assert.equal(frames.at(-1).kind, "seal");
    const exchanges = exchangesOf(frames);
    return { frames, exchanges, outcomes: exchanges.map(({ outcome }) => outcome) };
}

/** Values that are replaced, under any of these names. */
const isSecret = (name) => /authorization|cookie|token|secret|password/i.test(name);
const shownFields = (fields) =>
    without(endToEnd(fields), "host", "via").map(([name, value]) => [name, isSecret(name) ? "" : value]);

/** Where the chunks of a body ended, by their lines. */
function endsOf(sizes) {
    let end = 0;
    return sizes.map((line) => (end += Number.parseInt(line, 16))).slice(0, -1);
}

/** A body that was seen in pieces says as `stored` what it is without its framing. */
const seenBody = ({ data, stored = data, trailers }) => stored && { data: shown(stored), trailers };
const recordedBody = ({ data, trailers }) => ({ data: shown(data), trailers });

function assertBody(recorded, seen) {
    if (seen.data === undefined) return;
    assert.deepEqual(recordedBody(recorded), seenBody(seen));
    if (seen.framing === "chunked") assert.deepEqual(recorded.ends, endsOf(seen.sizes));
    if (seen.framing !== "raw") assert.equal(recorded.framing ?? "none", seen.framing);
}

function assertRequest(recorded, seen) {
    const { method, target, fields } = recorded;
    assert.deepEqual(
        { method, target, fields: shownFields(fields) },
        { method: seen.method, target: seen.target, fields: shownFields(seen.fields) },
    );
    assertBody(recorded, seen);
}

const headLikeness = ({ status, reason, fields }) => ({ status, reason, fields: shownFields(fields) });

function assertAnswer(recorded, seen) {
    assert.deepEqual(recorded.interim.map(headLikeness), seen.interim.map(headLikeness));
    assert.deepEqual(headLikeness(recorded.response), headLikeness(seen));
    assertBody(recorded.response, seen);
}

const byTarget = (a, b) => (a.request.target < b.request.target ? -1 : 1);

/**
 * Holds a cassette to what an upstream and its client saw of one another. With `anyOrder`, requests came at
 * once, and the answers are given in the order of their targets.
 */
export function assertRecorded({ exchanges, outcomes }, { requests, answers, outcome = "ok", anyOrder }) {
    const ordered = anyOrder ? [...exchanges].sort(byTarget) : exchanges;
    const sorted = anyOrder ? [...requests].sort((a, b) => (a.target < b.target ? -1 : 1)) : requests;
    assert.deepEqual(outcomes, answers.map(() => outcome));
    answers.forEach((answer, i) => {
        assertRequest(ordered[i].request, sorted[i]);
        assertAnswer(ordered[i], answer);
    });
}
