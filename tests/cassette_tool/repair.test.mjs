// SPDX-License-Identifier: MIT
// verify finds what is wrong, wherever it is; repair keeps what is right.
import assert from "node:assert/strict";
import { chmod, readFile, readdir, stat, truncate, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { demo, exchange, seal, sealed, session, withoutIndex } from "./support/frames.mjs";
import { framesOf, tool, toolOk, workshop } from "./support/tool.mjs";

/** Where each frame begins. */
async function offsetsOf(make, frames) {
    const offsets = [0];
    for (let count = 1; count < frames.length; count++) {
        offsets.push((await readFile(await make(frames.slice(0, count), `prefix-${count}`))).length);
    }
    return offsets;
}

async function flip(file, offset, bit = 0) {
    const bytes = await readFile(file);
    bytes[offset] ^= 1 << bit;
    await writeFile(file, bytes);
}

test("every single flipped bit is found, at its place", async (t) => {
    const { make, path } = await workshop(t);
    const frames = sealed([exchange(1, "/a", { body: "hello" })]);
    const offsets = await offsetsOf(make, frames);
    const good = await readFile(await make(frames));
    const atOnce = 200;
    for (let from = 0; from < good.length * 8; from += atOnce) {
        const bits = Array.from({ length: Math.min(atOnce, good.length * 8 - from) }, (_, i) => from + i);
        for (const bit of bits) {
            const bytes = Buffer.from(good);
            bytes[bit >> 3] ^= 1 << (bit & 7);
            await writeFile(path(`bit-${bit}`), bytes);
        }
        const { status, stdout, stderr } = await tool(["verify", ...bits.map((bit) => path(`bit-${bit}`))]);
        assert.equal(status, 2);
        for (const bit of bits) {
            const begin = offsets.findLast((offset) => offset <= bit >> 3);
            const said = new RegExp(`/bit-${bit}: offset (\\d+): `).exec(stdout);
            // Without its first frame, a file is no cassette.
            assert.equal(said ? Number(said[1]) : 0, begin, `bit ${bit}`);
            assert.match(stderr, new RegExp(`^foundry-cassette: .*/bit-${bit}: .+$`, "m"));
        }
    }
});

test("a torn tail is told and cut off", async (t) => {
    const { make } = await workshop(t);
    const frames = [session(), ...exchange(1, "/a", { body: "one" }), ...exchange(2, "/b", { body: "two" })];
    const file = await make(frames);
    const size = (await stat(file)).size;
    await truncate(file, size - 5);
    const { status, stdout, stderr } = await tool(["verify", file]);
    assert.equal(status, 2);
    assert.match(stdout, /: offset \d+: .*; the last \d+ bytes would be cut off\n$/);
    assert.match(stderr, /its end is torn off; foundry-cassette repair keeps what is good\n$/);
    await toolOk(["repair", file]);
    assert.deepEqual(await framesOf(file), frames.slice(0, -1));
    assert.equal((await stat(`${file}.damaged`)).size, size - 5);
    const verified = await toolOk(["verify", file]);
    assert.match(verified.stdout, /ok: 2 exchanges, 8 frames, 1 session, not sealed, 1 exchange cut off\n$/);
});

test("of a body with a gap, what stands before it stays", async (t) => {
    const { make } = await workshop(t);
    const first = exchange(1, "/a", { body: "aaaa" });
    first.splice(3, 0, { kind: "response_body", x: 1, at: 4, pace: [[1600, 0]], bytes: "bbbb" });
    first.splice(4, 0, { kind: "response_body", x: 1, at: 8, pace: [[1700, 0]], bytes: "cccc" });
    first.at(-1).response = { bytes: 12, wire: 12 };
    const frames = sealed([first, exchange(2, "/b", { body: "whole" })]);
    const file = await make(frames);
    await flip(file, (await offsetsOf(make, frames))[4] + 20);
    const before = await readFile(file);
    await chmod(file, 0o640);
    const { stdout } = await toolOk(["repair", file]);
    assert.match(stdout, /demo\.cassette: offset \d+: left out \d+ bytes: /);
    assert.match(stdout, /kept \d+ bytes, left out \d+; as it was: .*demo\.cassette\.damaged\n$/);
    const kept = [...frames.slice(0, 4), ...frames.slice(7, -1)];
    assert.deepEqual(withoutIndex(await framesOf(file)), [...kept, seal(kept)]);
    assert.deepEqual(await readFile(`${file}.damaged`), before);
    assert.equal((await stat(file)).mode & 0o777, 0o640);
    await toolOk(["verify", file]);
});

test("every frame but the first may be lost", async (t) => {
    const { make } = await workshop(t);
    const frames = [...demo, ...sealed([exchange(1, "/second")])];
    const offsets = await offsetsOf(make, frames);
    for (let i = 1; i < frames.length; i++) {
        const file = await make(frames, `lost-${i}`);
        await flip(file, offsets[i] + 9, 3);
        await toolOk(["repair", file]);
        await toolOk(["verify", file]);
        const left = withoutIndex(await framesOf(file));
        assert.ok(left.length < frames.length && left.length > frames.length - 8, `${i}: ${left.length}`);
    }
});

test("frames that do not fit together are found", async (t) => {
    const { make } = await workshop(t);
    const one = exchange(1, "/a", { body: "hello" });
    const cases = [
        [[session(), ...one, ...one]],
        [[session(), ...one.slice(1)]],
        [[session(), one[0], ...one.slice(2)]],
        [[session(), ...one, one.at(-1)]],
        [[session(), ...one.slice(0, -2), one.at(-1)]],
        [[session(), ...one, { kind: "seal", frames: 4, exchanges: 1 }]],
        [[session(), ...one, { kind: "seal", frames: 5, exchanges: 0 }]],
        [[...sealed([one]), ...exchange(2, "/b")]],
    ];
    for (const [i, [frames]] of cases.entries()) {
        const file = await make(frames, `case-${i}`);
        const { status, stdout } = await tool(["verify", file]);
        assert.equal(status, 2, `case ${i}`);
        assert.match(stdout, /: offset \d+: /);
        await toolOk(["repair", file]);
        await toolOk(["verify", file]);
    }
});

test("every frame of a session with an index may be lost, and there is one again", async (t) => {
    const { make, path } = await workshop(t);
    await toolOk(["merge", await make(demo), "-o", path("indexed")]);
    const frames = await framesOf(path("indexed"));
    const offsets = await offsetsOf(make, withoutIndex(frames));
    const good = await readFile(path("indexed"));
    offsets.splice(-1, 1, good.indexOf("\x94\x08\xce", 0, "latin1"), good.lastIndexOf("\x93\x07\xce", undefined, "latin1"));
    assert.equal(offsets.length, frames.length);
    for (let i = 1; i < frames.length - 1; i++) {
        await writeFile(path(`lost-${i}`), good);
        await flip(path(`lost-${i}`), offsets[i] + 9, 3);
        assert.equal((await tool(["verify", path(`lost-${i}`)])).status, 2);
        await toolOk(["repair", path(`lost-${i}`)]);
        await toolOk(["verify", path(`lost-${i}`)]);
        assert.equal((await framesOf(path(`lost-${i}`))).at(-2).kind, "index");
    }
});

function crc32c(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
    }
    return ~crc >>> 0;
}

test("an index that says what is not so is found, and made anew", async (t) => {
    const { make, path } = await workshop(t);
    await toolOk(["merge", await make(demo), "-o", path("false")]);
    const good = await readFile(path("false"));
    const begin = good.indexOf("\x94\x08\xce", 0, "latin1");
    const end = good.lastIndexOf("\x93\x07\xce", undefined, "latin1");
    const index = Buffer.from(good.subarray(begin, end));
    index[index.length - 1] ^= 1;
    index.writeUInt32BE(0, 3);
    index.writeUInt32BE(crc32c(index), 3);
    await writeFile(path("false"), Buffer.concat([good.subarray(0, begin), index, good.subarray(end)]));
    const { status, stdout, stderr } = await tool(["verify", path("false")]);
    assert.equal(status, 2);
    assert.match(stdout, new RegExp(`/false: offset ${begin}: an index that does not say what is in its session\n$`));
    assert.match(stderr, /false: its index is false; foundry-cassette repair makes it anew\n$/);
    assert.match((await toolOk(["repair", path("false")])).stdout, /replaced: an index that does not say/);
    assert.deepEqual(await readFile(path("false")), good);
});

test("where nothing is wrong, nothing is done", async (t) => {
    const { make, folder } = await workshop(t);
    const file = await make(demo);
    const before = await stat(file);
    assert.match((await toolOk(["repair", file])).stdout, /demo\.cassette: nothing to repair\n$/);
    assert.equal((await stat(file)).mtimeMs, before.mtimeMs);
    assert.deepEqual(await readdir(folder), ["demo.cassette"]);
});

test("what an earlier repair kept is not overwritten", async (t) => {
    const { make } = await workshop(t);
    const file = await make(demo);
    await writeFile(`${file}.damaged`, "precious");
    await flip(file, 300);
    const before = await readFile(file);
    const { status, stderr } = await tool(["repair", file]);
    assert.equal(status, 2);
    assert.match(stderr, /demo\.cassette\.damaged: it exists already/);
    assert.deepEqual(await readFile(file), before);
    assert.equal(await readFile(`${file}.damaged`, "utf8"), "precious");
});
