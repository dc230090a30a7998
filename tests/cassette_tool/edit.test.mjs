// SPDX-License-Identifier: MIT
// merge, split and drop: what they write is a cassette like any other, its seals counting right.
import assert from "node:assert/strict";
import { readFile, readdir, symlink, lstat, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { demo, exchange, seal, sealed, session, withoutIndex } from "./support/frames.mjs";
import { framesOf, tool, toolOk, workshop } from "./support/tool.mjs";

const targetsOf = async (path) =>
    (await framesOf(path)).filter((frame) => frame.kind === "request").map((frame) => frame.target);

/** Exchanges side by side, as they are recorded. */
function interleaved(...exchanges) {
    const result = [];
    while (exchanges.some((frames) => frames.length > 0)) {
        for (const frames of exchanges) result.push(...frames.splice(0, 1));
    }
    return result;
}

test("merge puts sessions behind one another", async (t) => {
    const { make, path } = await workshop(t);
    const one = await make(demo, "one");
    const two = await make([session(), ...exchange(1, "/unsealed")], "two");
    await toolOk(["merge", one, two, one, "-o", path("all")]);
    const whole = [one, two, one].map(framesOf);
    assert.deepEqual(withoutIndex(await framesOf(path("all"))), (await Promise.all(whole)).flat());
    const { stdout } = await toolOk(["verify", path("all")]);
    assert.match(stdout, /ok: 11 exchanges, 48 frames, 3 sessions, 1 of them not sealed\n/);
    await toolOk(["merge", two, path("all"), "-o", path("all"), "--overwrite"]);
    assert.equal((await targetsOf(path("all")))[0], "/unsealed");
});

test("drop leaves out what it is told to, and nothing else", async (t) => {
    const { make, path } = await workshop(t);
    const frames = [
        session(),
        ...interleaved(exchange(1, "/a", { body: "1" }), exchange(2, "/b", { body: "2" }), exchange(3, "/c")),
        { kind: 77, note: "from the future" },
    ];
    const second = [session(), ...exchange(1, "/d")];
    const file = await make([...frames, seal(frames), ...second, seal(second)]);
    await toolOk(["drop", file, "2", "4", "-o", path("out")]);
    const kept = frames.filter((frame) => frame.x !== 2);
    assert.deepEqual(withoutIndex(await framesOf(path("out"))), [...kept, seal(kept)]);
    await toolOk(["verify", path("out")]);
    await toolOk(["drop", "--all-but", file, "2-3", "-o", path("out"), "--overwrite"]);
    assert.deepEqual(await targetsOf(path("out")), ["/b", "/c"]);
    const { stdout } = await toolOk(["drop", file, "1-4", "-o", path("none")]);
    assert.match(stdout, /none: 0 of 4 exchanges\n$/);
    assert.match((await toolOk(["verify", path("none")])).stdout, /ok: 0 exchanges/);
});

test("sessions that are sealed have an index, which verify has looked at", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make([...demo, ...demo, session(), ...exchange(1, "/unsealed")]);
    await toolOk(["merge", file, "-o", path("merged")]);
    await toolOk(["drop", path("merged"), "2", "-o", path("dropped")]);
    await toolOk(["split", path("merged"), "-o", path("parts")]);
    for (const [name, count] of [["merged", 2], ["dropped", 2], ["parts/merged-1", 1], ["parts/merged-3", 0]]) {
        await toolOk(["verify", path(name)]);
        const frames = await framesOf(path(name));
        assert.equal(frames.filter(({ kind }) => kind === "index").length, count, name);
        assert.equal(frames.filter(({ kind }) => kind === "seal").length, count, name);
    }
});

test("a cassette may be written in its own place, through a link too", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make(demo);
    await symlink(file, path("link"));
    await toolOk(["drop", path("link"), "1", "-o", path("link"), "--overwrite"]);
    assert.ok((await lstat(path("link"))).isSymbolicLink());
    assert.equal((await targetsOf(file)).length, 4);
});

test("split by session, by number and by path", async (t) => {
    const { make, path, folder } = await workshop(t);
    const file = await make([...demo, ...sealed([exchange(1, "/multipass/api/x"), exchange(2, "/")])]);
    const inParts = async (name, ...args) => {
        await toolOk(["split", file, "-o", path(name), ...args]);
        const parts = {};
        for (const part of (await readdir(path(name))).sort()) {
            await toolOk(["verify", path(`${name}/${part}`)]);
            parts[part] = await targetsOf(path(`${name}/${part}`));
        }
        return parts;
    };
    const targets = await targetsOf(file);
    assert.deepEqual(await inParts("sessions"), {
        "demo-1.cassette": targets.slice(0, 5),
        "demo-2.cassette": targets.slice(5),
    });
    assert.deepEqual(await inParts("numbers", "--every", "3"), {
        "demo-1.cassette": targets.slice(0, 3),
        "demo-2.cassette": targets.slice(3, 6),
        "demo-3.cassette": targets.slice(6),
    });
    assert.deepEqual(await inParts("paths", "--by-path", "2"), {
        "demo-files-picture.png.cassette": [targets[2]],
        "demo-multipass-api.cassette": [targets[0], targets[1], targets[3], targets[5]],
        "demo-root.cassette": ["/"],
        "demo-slow.cassette": ["/slow"],
    });
    const again = await tool(["split", file, "-o", path("sessions")]);
    assert.equal(again.status, 2);
    assert.match(again.stderr, /demo-1\.cassette: it exists already/);
    await toolOk(["split", file, "-o", path("sessions"), "--overwrite"]);
    assert.deepEqual((await readdir(folder)).sort(), ["demo.cassette", "numbers", "paths", "sessions"]);
});

test("a damaged file is not divided or merged", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make(demo);
    const bytes = await readFile(file);
    bytes[400] ^= 1;
    await writeFile(file, bytes);
    for (const args of [["merge", file], ["split", file], ["drop", file, "1"]]) {
        const { status, stderr } = await tool([...args, "-o", path("out")]);
        assert.equal(status, 2);
        assert.match(stderr, /demo\.cassette: offset \d+: .*; repair it first/);
    }
    assert.deepEqual(await readdir(path(".")), ["demo.cassette"]);
});
