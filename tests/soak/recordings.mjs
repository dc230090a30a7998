// SPDX-License-Identifier: MIT
// Holds a cassette to the books of the server that has recorded it: it must have each exchange that was passed on,
// and nothing else, with the bytes that its client has had, and without secrets.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { cassetteTool } from "../record/support/cassette.mjs";
import { demo } from "../sdk/support/emulator.mjs";
import { keyOf, sum } from "./books.mjs";

const withoutAnswer = ["refused", "reset", "tls", "timeout"];
const lacksShown = 20;

function hashValue(hash, value) {
    if (Array.isArray(value)) for (const part of value) hashValue(hash, part);
    else if (typeof value === "string") hash.update(value);
    else hash.update(Buffer.from(value.base64, "base64"));
}

/** What an exchange is, as its frames are read. */
const addFrame = {
    request: (exchange, { method, target }) => Object.assign(exchange, { method, target }),
    response: (exchange, { status }) => Object.assign(exchange, { status }),
    response_body: (exchange, { bytes = "" }) => hashValue(exchange.hash, bytes),
    end: (exchange, { outcome }) => Object.assign(exchange, { outcome }),
};

/** The exchanges of a file, each when it ends; no more is kept of it than is under way. */
async function* exchangesOf(file) {
    const tool = spawn(process.env.FE_CASSETTE, ["cat", "--json", file], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(tool, "close");
    let open = new Map();
    for await (const line of createInterface(tool.stdout)) {
        const { kind, x, ...frame } = JSON.parse(line);
        if (kind === "session") {
            assert.equal(open.size, 0, `${open.size} exchanges have no end`);
            open = new Map();
        }
        if (kind === "request") open.set(x, { hash: createHash("sha256") });
        addFrame[kind]?.(open.get(x), frame);
        if (kind !== "end") continue;
        yield open.get(x);
        open.delete(x);
    }
    assert.deepEqual(await ended, [0, null]);
    assert.equal(open.size, 0, `${open.size} exchanges have no end`);
}

export async function countRecorded(file) {
    let count = 0;
    for await (const _exchange of exchangesOf(file)) count++;
    return count;
}

/** What the file says, as pages: by key, how often each outcome, and the answer's digest. */
async function pagesOf(file, { skip }) {
    const pages = new Map();
    for await (const { method, target, outcome, hash } of exchangesOf(file)) {
        if (skip-- > 0) continue;
        const key = keyOf(method, target);
        if (!pages.has(key)) pages.set(key, { outcomes: {} });
        const page = pages.get(key);
        page.outcomes[outcome] = (page.outcomes[outcome] ?? 0) + 1;
        page.digest = hash.digest("hex");
    }
    return pages;
}

const none = { outcomes: {} };

function lacksOf({ outcomes, digest }, page) {
    const lacks = [];
    const [there, ok] = [sum(outcomes), outcomes.ok ?? 0];
    if (there !== page.recorded) lacks.push(`${page.recorded} were recorded, ${there} are there`);
    if ((outcomes.client_abort ?? 0) > page.cut + page.unsure) lacks.push(`${outcomes.client_abort} left, by the cassette`);
    if (sum(page.answered) !== 1 || page.asked !== 1 || page.recorded !== 1) return lacks;
    const unanswered = sum(page.answered) - (page.answered[502] ?? 0) - (page.answered[504] ?? 0) === 0;
    if (unanswered && !withoutAnswer.some((outcome) => outcomes[outcome])) lacks.push("a 502 that is not told");
    if (!unanswered && ok !== 1) lacks.push(`was answered, and is recorded as ${Object.keys(outcomes)}`);
    if (!unanswered && page.digest && page.digest !== digest) lacks.push("other bytes are recorded than were received");
    return lacks;
}

/** Looks for all of them at once, as grep does. */
async function assertHoldsNone(file, secrets) {
    const grep = spawn("grep", ["-c", "-a", "-F", "-f", "-", file], { stdio: ["pipe", "ignore", "inherit"] });
    grep.stdin.end(secrets.map((secret) => `${secret}\n`).join(""));
    const [code] = await once(grep, "close");
    assert.equal(code, 1, `${file} holds one of ${secrets.length} secrets`);
}

/** That exchanges were cut off is no fault here; that a secret was kept is. */
async function lint(file) {
    const { code, stdout, stderr } = await cassetteTool("lint", file);
    const faults = stdout.split("\n").filter((line) => line !== "" && !/it was cut off: |: \d+ findings?$|: clean$/.test(line));
    assert.ok(code === 0 || code === 2, stderr);

    assert.deepEqual(faults.slice(0, lacksShown), []);
}

async function verify(file) {
    const { code, stdout, stderr } = await cassetteTool("verify", file);
    assert.equal(code, 0, stdout + stderr);
}

/** Checks a cassette that has been closed; `skip` exchanges were in it before. Gives how often there is each outcome. */
export async function checkRecording(file, books, { skip = 0 } = {}) {
    await verify(file);
    await lint(file);
    await assertHoldsNone(file, [demo.token, demo.service.secret, ...books.secrets]);
    const recorded = await pagesOf(file, { skip });
    const lacks = [];
    for (const key of new Set([...recorded.keys(), ...books.pages.keys()])) {
        const page = books.pages.get(key);
        const found = page ? lacksOf(recorded.get(key) ?? none, page) : ["was never sent"];
        for (const lack of found) lacks.push(`${key}: ${lack}`);
    }
    assert.equal(lacks.length, 0, [`the cassette of ${books.name} lacks:`, ...lacks.slice(0, lacksShown)].join("\n  "));
    const outcomes = {};
    for (const page of recorded.values()) {
        for (const [outcome, count] of Object.entries(page.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    }
    return outcomes;
}
