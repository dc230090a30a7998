// SPDX-License-Identifier: MIT
// What cannot be recorded is said before anything is: exit status 2, and one line that says what to do.
import assert from "node:assert/strict";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { recordArguments, runToEnd, startRecorder, temporaryFolder } from "./support/recorder.mjs";
import { sessionFrame } from "./support/session_frame.mjs";
import { always, deadPort, startUpstream } from "./support/upstream.mjs";
import { message } from "./support/wire.mjs";

const nowhere = "http://127.0.0.1:1";

async function assertRefused(args, pattern, options) {
    const { code, stdout, stderr } = await runToEnd(args, options);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" }, stderr);
    assert.match(stderr, /^[^\n]+\n$/);
    assert.match(stderr, pattern);
    assert.doesNotMatch(stderr, /Sanitizer|runtime error/);
}

/** What is wrong with options; FILE stands for a cassette that is not there yet. */
const mistakes = [
    ["no scheme", ["--upstream", "stack.example"], /--upstream.*https:\/\//],
    ["another scheme", ["--upstream", "ftp://stack.example"], /--upstream.*https:\/\//],
    ["a path", ["--upstream", "https://stack.example/api"], /--upstream.*https:\/\//],
    ["a user", ["--upstream", "https://me:secret@stack.example"], /--upstream.*https:\/\//],
    ["no host", ["--upstream", "https://"], /--upstream.*https:\/\//],
    ["a port that is none", ["--upstream", "https://stack.example:99999"], /--upstream.*https:\/\//],
    ["a host that there is not", ["--upstream", "https://no-such-host.invalid"], /no-such-host\.invalid/],
    ["a word for --sync", ["--upstream", nowhere, "--sync", "often"], /--sync.*none, interval or exchange/],
    ["no duration", ["--upstream", nowhere, "--upstream-timeout", "soon"], /--upstream-timeout.*30s/],
    ["no time at all", ["--upstream", nowhere, "--upstream-timeout", "0s"], /--upstream-timeout/],
    ["both", ["--upstream", nowhere, "--append", "--overwrite"], /--append and --overwrite/],
    ["a CA that is not there", ["--upstream", "https://127.0.0.1:1", "--upstream-ca", "none.pem"], /none\.pem/],
    ["two cassettes", ["--upstream", nowhere, "--cassette", "other"], /--cassette/],
];

for (const [name, args, pattern] of mistakes) {
    test(name, async (t) => {
        const file = join(await temporaryFolder(t), "new.cassette");
        const rest = ["--mode", "record", "--cassette", file, "--listen", "http://127.0.0.1:0"];
        await assertRefused([...rest, ...args], pattern);
        await assert.rejects(readFile(file), { code: "ENOENT" });
    });
}

test("neither an upstream nor a cassette", async () => {
    const { code, stderr } = await runToEnd(["--mode", "record"]);
    assert.equal(code, 2);
    assert.match(stderr, /--upstream[^]*--cassette/);
});

test("a cassette in a folder that is not there", async (t) => {
    const file = join(await temporaryFolder(t), "missing", "new.cassette");
    await assertRefused(recordArguments(nowhere, file), /missing\/new\.cassette.*create/);
});

test("a cassette that is a folder", async (t) => {
    const folder = join(await temporaryFolder(t), "folder.cassette");
    await mkdir(folder);
    for (const more of [[], ["--append"], ["--overwrite"]]) {
        await assertRefused(recordArguments(nowhere, folder, more), /folder\.cassette: it is a directory/);
    }
});

test("a file that may not be read", async (t) => {
    if (process.getuid() === 0) return t.skip("root may read everything");
    const file = join(await temporaryFolder(t), "closed.cassette");
    await writeFile(file, "");
    await chmod(file, 0);
    await assertRefused(recordArguments(nowhere, file, ["--append"]), /closed\.cassette.*permission/);
});

test("a file that is there already", async (t) => {
    const file = join(await temporaryFolder(t), "old.cassette");
    await writeFile(file, "kept");
    await assertRefused(recordArguments(nowhere, file), /old\.cassette.*--append.*--overwrite/);
    assert.equal(await readFile(file, "utf8"), "kept");
});

test("a file that is no cassette is not added to", async (t) => {
    const file = join(await temporaryFolder(t), "text.cassette");
    for (const text of ["some text\n", "\x93\x00\xce", "\0".repeat(100)]) {
        await writeFile(file, text, "latin1");
        await assertRefused(recordArguments(nowhere, file, ["--append"]), /text\.cassette/);
        assert.equal(await readFile(file, "latin1"), text);
    }
});

test("a cassette of a later version is not added to; one of ours is", async (t) => {
    const upstream = await startUpstream(t, always(message("HTTP/1.1 204 No Content", [])));
    const folder = await temporaryFolder(t);
    const later = join(folder, "later.cassette");
    const frame = sessionFrame({ format: 99, reader: 99 });
    await writeFile(later, frame);
    await assertRefused(recordArguments(upstream.url, later, ["--append"]), /later\.cassette.*(version|newer)/);
    assert.deepEqual(await readFile(later), frame);

    const ours = join(folder, "ours.cassette");
    await writeFile(ours, sessionFrame({ format: 1, reader: 1 }));
    const recorder = await startRecorder(t, upstream.url, { cassette: ours, args: ["--append"] });
    await recorder.stopOnce();
});

test("a cassette that another process writes", async (t) => {
    const upstream = `http://127.0.0.1:${await deadPort()}`;
    const recorder = await startRecorder(t, upstream);
    for (const more of ["--append", "--overwrite"]) {
        await assertRefused(recordArguments(upstream, recorder.cassette, [more]), /another process/);
    }
});
