// SPDX-License-Identifier: MIT
// What README.md has people tell git, so that it shows cassettes, and takes none with a secret in it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

const source = process.env.FE_SOURCE;
const program = process.env.FE_CASSETTE;

async function advice() {
    const readme = await readFile(join(source, "README.md"), "utf8");
    const blocks = [...readme.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, code]) => code);
    return blocks.find((code) => code.includes("textconv"));
}

/** A repository whose owner has followed it. */
async function makeRepository(t) {
    const folder = await mkdtemp(join(tmpdir(), "git-"));
    t.after(() => rm(folder, { recursive: true }));
    const env = {
        HOME: folder,
        PATH: `${dirname(program)}:${process.env.PATH}`,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@localhost",
        GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@localhost",
    };
    const sh = (code) =>
        new Promise((resolve) => {
            execFile("sh", ["-c", code], { cwd: folder, env }, (error, stdout, stderr) =>
                resolve({ code: error?.code ?? 0, stdout, stderr }));
        });
    assert.equal((await sh(`git init -q . && ${await advice()}`)).code, 0);
    return { folder, sh };
}

test("a cassette is shown as text, and taken", async (t) => {
    const { folder, sh } = await makeRepository(t);
    await copyFile(join(source, "cassettes/session.cassette"), join(folder, "a session.cassette"));
    const commit = await sh("git add . && git commit -qm one && git log -p");
    assert.equal(commit.code, 0, commit.stderr);
    assert.match(commit.stdout, /^\+\{"kind":"request","x":1,/m);
});

test("one with a secret in it is not, and which it is, is said", async (t) => {
    const { folder, sh } = await makeRepository(t);
    await copyFile(join(source, "cassettes/session.cassette"), join(folder, "session.cassette"));
    const json = (await sh("foundry-cassette cat --json session.cassette")).stdout;
    const leaky = json.replaceAll(/fe~access_token~[a-z0-9~]+/g, "k7Gq2Zr9XwB4mN1pLd8VtY6hJc3FsA5e");
    assert.notEqual(leaky, json);
    await writeFile(join(folder, "leaky.json"), leaky);
    assert.equal((await sh("foundry-cassette import --json leaky.json -o leaky.cassette")).code, 0);
    const commit = await sh("git add . && git commit -qm two");
    assert.notEqual(commit.code, 0);
    assert.match(commit.stderr, /^leaky\.cassette: seq 3: response body access_token/m);
    assert.doesNotMatch(commit.stdout + commit.stderr, /k7Gq2Zr9/);
    assert.notEqual((await sh("git rev-parse HEAD --")).code, 0, "nothing was committed");
});
