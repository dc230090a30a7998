// SPDX-License-Identifier: MIT
// What cannot be replayed is said before anything is: exit status 2, and one line that says what to do.
import assert from "node:assert/strict";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { exchange, sealed, session } from "../cassette_tool/support/frames.mjs";
import { runToEnd, temporaryFolder } from "../record/support/recorder.mjs";
import { sessionFrame } from "../record/support/session_frame.mjs";
import { cassetteOf, inTurn, seedOf } from "./support/cassettes.mjs";
import { ask, startReplay } from "./support/replay.mjs";

const listen = ["--listen", "http://127.0.0.1:0"];
const replaying = (files, more = []) =>
    ["--mode", "replay", ...listen, ...[files].flat().flatMap((file) => ["--cassette", file]), ...more];

async function assertRefused(args, ...patterns) {
    const { code, stdout, stderr } = await runToEnd(args);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, stderr);
    assert.match(stderr, /^[^\n]+\n$/);
    for (const pattern of patterns) assert.match(stderr, pattern);
    assert.doesNotMatch(stderr, /Sanitizer|runtime error/);
}

const two = inTurn(["/a", { body: "answer a" }], ["/b", { body: "answer b" }]);

/** A file of these bytes; text is Latin-1. */
async function fileOf(t, bytes, name = "bad.cassette") {
    const file = join(await temporaryFolder(t), name);
    await writeFile(file, bytes, "latin1");
    return file;
}

const good = async (t) => readFile(await cassetteOf(t, two));

const files = [
    ["an empty file", async () => "", /bad\.cassette: .*empty/],
    ["text", async () => "some text\n", /bad\.cassette: .*not a cassette/],
    ["an archive", async () => '{"log":{"version":"1.2","entries":[]}}', /bad\.cassette: .*not a cassette/],
    ["zeros", async () => "\0".repeat(4096), /bad\.cassette/],
    ["the beginning of a frame", async (t) => (await good(t)).subarray(0, 20), /bad\.cassette/],
    ["no exchange that is whole",
        async (t) => readFile(await cassetteOf(t, [session(), ...exchange(1, "/a").slice(0, 2)])),
        /bad\.cassette: .*whole/],
    ["a session and nothing else", async (t) => readFile(await cassetteOf(t, sealed([]))), /bad\.cassette/],
    ["a byte that has changed", async (t) => {
        const bytes = await good(t);
        bytes[bytes.indexOf("answer a") + 1] ^= 1;
        return bytes;
    }, /bad\.cassette: damaged at offset \d+: .*repair/],
    ["bytes that are gone", async (t) => {
        const bytes = await good(t);
        const at = bytes.indexOf("answer a");
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 3)]);
    }, /bad\.cassette: damaged at offset \d+: .*repair/],
    ["a later version", async () => sessionFrame({ format: 99, reader: 99 }), /bad\.cassette: .*version 99.*newer/],
];

for (const [name, bytes, pattern] of files) {
    test(name, async (t) => {
        const file = await fileOf(t, await bytes(t));
        const before = await readFile(file);
        await assertRefused(replaying(file), pattern);
        await assertRefused(replaying([await cassetteOf(t, two), file]), pattern);
        assert.deepEqual(await readFile(file), before);
    });
}

test("a torn tail is fine: what had ended is there", async (t) => {
    const whole = await good(t);
    const at = whole.indexOf("answer b");
    for (const bytes of [whole.subarray(0, at + 3), Buffer.concat([whole.subarray(0, at + 3), Buffer.alloc(100)])]) {
        const file = await fileOf(t, bytes, "torn.cassette");
        const replay = await startReplay(t, file, { args: ["--on-miss", "fail"] });
        assert.equal((await ask(replay.url, "GET", "/a")).text, "answer a");
        assert.equal((await ask(replay.url, "GET", "/b")).status, 501);
        const { cassettes: [facts] } = await replay.ask("GET", "/_emulate/cassettes");
        assert.deepEqual([facts.exchanges, facts.leftOut], [1, 1]);
        await replay.stop();
        assert.deepEqual(await readFile(file), bytes);
    }
});

test("a file that is not there, and a folder", async (t) => {
    const folder = await temporaryFolder(t);
    await assertRefused(replaying(join(folder, "missing.cassette")), /missing\.cassette: /);
    await mkdir(join(folder, "folder.cassette"));
    await assertRefused(replaying(join(folder, "folder.cassette")), /folder\.cassette: .*is a directory/i);
});

test("a file that may not be read", async (t) => {
    if (process.getuid() === 0) return t.skip("root may read everything");
    const file = await cassetteOf(t, two, "closed.cassette");
    await chmod(file, 0);
    await assertRefused(replaying(file), /closed\.cassette: .*permission/i);
});

test("no cassette at all", () => assertRefused(["--mode", "replay", ...listen], /--cassette/));

test("the same cassette twice, by whatever name", async (t) => {
    const file = await cassetteOf(t, two);
    const link = join(await temporaryFolder(t), "link.cassette");
    await symlink(file, link);
    for (const other of [file, join(file, "..", ".", "made.cassette"), link]) {
        await assertRefused(replaying([file, other]), /cassette/, /twice|same/);
    }
});

test("two cassettes that say how they are matched, and say otherwise", async (t) => {
    const profile = (name) =>
        cassetteOf(t, sealed([exchange(1, "/a")], { match: { profile: name } }), `${name}.cassette`);
    const cassettes = [await profile("strict"), await profile("lenient")];
    await assertRefused(replaying(cassettes), /lenient\.cassette/, /strict/, /--match/);
    const replay = await startReplay(t, cassettes, { args: ["--match", "lenient"] });
    assert.equal((await ask(replay.url, "GET", "/a")).status, 200);
});

const mistakes = [
    ["a mode", ["--mode", "playback"], /--mode.*replay/],
    ["a word for --on-miss", ["--on-miss", "ignore"], /--on-miss.*emulate, fail, upstream or record/],
    ["an upstream that is missing", ["--on-miss", "upstream"], /--on-miss.*--upstream/],
    ["an upstream that is missing, for a record", ["--on-miss", "record"], /--on-miss.*--upstream/],
    ["a word for --match", ["--match", "fuzzy"], /--match.*strict, lenient or method-path/],
    ["a word for --pace", ["--pace", "quick"], /--pace.*fast, recorded/],
    ["no pace", ["--pace", "x0"], /--pace/],
    ["a word for --at-end", ["--at-end", "repeat"], /--at-end.*reads=/],
    ["what --at-end cannot do", ["--at-end", "writes=idle"], /--at-end.*writes=/],
    ["a seed of chance that is none", ["--deterministic=often"], /--deterministic/],
];

for (const [name, args, pattern] of mistakes) {
    test(name, async (t) => {
        await assertRefused([...replaying(await cassetteOf(t, two)), ...args], pattern);
    });
}

const seeds = [
    ["a route of no mode", 'routes: [{path: "/a"}]', /:1: server\.routes\[0\].*mode/],
    ["a route of another mode", 'routes: [{path: "/a", mode: sleep}]',
        /:1: server\.routes\[0\]\.mode: .*emulate, record, replay/],
    ["a route of no path", "routes: [{mode: replay}]", /:1: server\.routes\[0\].*path/],
    ["a path that does not begin", 'routes: [{path: "a/**", mode: replay}]', /:1: server\.routes\[0\]\.path/],
    ["a rule of no path", "rules: [{ignore_query: [ts]}]", /:1: server\.rules\[0\].*path/],
    ["a rule of an unknown key", 'rules: [{path: "/a", ignore: [ts]}]', /:1: server\.rules\[0\]\.ignore/],
    ["a pointer that is none", 'rules: [{path: "/a", ignore_body: [id]}]', /:1: server\.rules\[0\]\.ignore_body/],
    ["a pointer's escape that is none", 'rules: [{path: "/a", rebase: ["/a~2"]}]', /:1: server\.rules\[0\]\.rebase/],
];

for (const [name, text, pattern] of seeds) {
    test(name, async (t) => {
        const seed = await seedOf(t, `server: {${text}}\n`);
        await assertRefused([...replaying(await cassetteOf(t, two)), "--seed", seed], pattern);
    });
}
