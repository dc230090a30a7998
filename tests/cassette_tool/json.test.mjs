// SPDX-License-Identifier: MIT
// `cat --json` and `import --json`: nothing is lost on the way there and back.
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { demo, exchange, seal, sealed, session, toLines } from "./support/frames.mjs";
import { framesOf, tool, toolOk, workshop } from "./support/tool.mjs";

test("there and back gives the same bytes", async (t) => {
    const { make, path } = await workshop(t);
    const odd = [
        session({ later: { unknown: [1, -2, null, true, { base64: "/w==" }] } }),
        { kind: 99, anything: "goes" },
        ...exchange(1, "/ö?x=%ff", { headers: [["X-Raw", { base64: "gIE=" }]], body: { base64: "AP/+" } }),
    ];
    const file = await make([...demo, ...odd, seal(odd)]);
    const { stdout } = await toolOk(["cat", "--json", file]);
    await writeFile(path("lines"), stdout);
    await toolOk(["import", "--json", path("lines"), "-o", path("again")]);
    assert.deepEqual(await readFile(path("again")), await readFile(file));
    assert.equal((await toolOk(["cat", path("again")])).stdout, stdout);
    await toolOk(["verify", path("again")]);
});

test("lines with an index give the same bytes, and edited ones an index of what they are now", async (t) => {
    const { make, path } = await workshop(t);
    await toolOk(["merge", await make(demo), "-o", path("indexed")]);
    const { stdout } = await toolOk(["cat", "--json", path("indexed")]);
    assert.match(stdout, /^\{"kind":"index","canonical":1,"covers":\d+,"crc":\d+,"bytes":/m);
    await toolOk(["import", "--json", "-o", path("same")], { input: stdout });
    assert.deepEqual(await readFile(path("same")), await readFile(path("indexed")));
    const edited = stdout.split("\n").filter((line) => !line.includes('"x":3')).join("\n").replace("/api/me", "/api/you");
    await toolOk(["import", "--json", "-o", path("edited")], { input: edited });
    assert.match((await toolOk(["verify", path("edited")])).stdout, /ok: 4 exchanges, .*, sealed\n$/);
    assert.equal((await framesOf(path("edited"))).at(-2).kind, "index");
});

test("a cassette may come through a pipe", async (t) => {
    const { make } = await workshop(t);
    const file = await make(demo);
    const { stdout } = await toolOk(["cat", "--json", "-"], { input: await readFile(file) });
    assert.equal(stdout, (await toolOk(["cat", "--json", file])).stdout);
    const { status, stderr } = await tool(["ls", "-"], { input: "hello" });
    assert.equal(status, 2);
    assert.match(stderr, /^foundry-cassette: standard input: not a cassette/);
});

test("a line that is no frame is named, and nothing is written", async (t) => {
    const { path } = await workshop(t);
    const cases = [
        ["{", 1],
        [toLines(demo.slice(0, 2)) + '{"kind":"nonsense"}\n', 3],
        [toLines(demo.slice(0, 1)) + '\n\n{"kind":"request","x":"one"}\n', 4],
    ];
    for (const [input, line] of cases) {
        const { status, stderr } = await tool(["import", "--json", "-o", path("out")], { input });
        assert.equal(status, 2);
        assert.match(stderr, new RegExp(`^foundry-cassette: standard input:${line}: [^\\n]+\\n$`));
        await assert.rejects(stat(path("out")));
        await assert.rejects(stat(path("out.part")));
    }
});

test("lines without a session make no cassette", async (t) => {
    const { path } = await workshop(t);
    for (const input of ["", toLines(demo.slice(1))]) {
        const { status } = await tool(["import", "--json", "-o", path("out")], { input });
        assert.equal(status, 2);
        await assert.rejects(stat(path("out")));
    }
});

test("what was there stays until the new one is whole", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make(demo);
    const before = await readFile(file);
    const { status } = await tool(["import", "--json", "--overwrite", "-o", file], { input: "{" });
    assert.equal(status, 2);
    assert.deepEqual(await readFile(file), before);
    await assert.rejects(stat(path("demo.cassette.part")));
});

test("a file that keeps secrets is its owner's only", async (t) => {
    const { make } = await workshop(t);
    const kept = await make(sealed([], { redaction: { version: 1, secrets: "kept" } }), "kept");
    const replaced = await make(demo);
    assert.equal((await stat(kept)).mode & 0o777, 0o600);
    assert.equal((await stat(replaced)).mode & 0o777, 0o666 & ~process.umask());
    const merged = kept.replace("kept", "merged");
    await toolOk(["merge", replaced, kept, "-o", merged]);
    assert.equal((await stat(merged)).mode & 0o777, 0o600);
    assert.equal((await framesOf(merged)).findLast(({ kind }) => kind === "session").redaction.secrets, "kept");
});
