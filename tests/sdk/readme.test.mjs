// SPDX-License-Identifier: MIT
// The commands of README.md work: its ```sh blocks are run in order, in one shell, in a fresh copy of
// the repository. A block `tools/run ...` is the other terminal: it is started and left running, on
// ports of its own, and what follows speaks to it. The block `tools/test` is who runs this. Where the text behind a block says
// "The answer is `...`", that is what the block must have printed. The set-up for CI is a project of its own, as an
// application has it: ci_project.mjs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { atEnd } from "./support/at_end.mjs";
import { runInCi } from "./support/ci_project.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const advertisedUrl = "http://127.0.0.1:4000";

/** The blocks, each with the answer that the text promises. */
function blocksOf(markdown) {
    const pattern = /^```sh\n(.*?)^```\n+(?:The answer is `([^`]*)`)?/gms;
    return [...markdown.matchAll(pattern)].map(([, code, answer]) => ({ code, answer }));
}

async function copyRepository(t) {
    const copy = await mkdtemp(join(tmpdir(), "readme-"));
    atEnd(t, () => rm(copy, { recursive: true }));
    const skipped = new Set(["build", "node_modules", ".git"]);
    const filter = (source) => !skipped.has(source.slice(root.length).split("/").pop());
    await cp(root, copy, { recursive: true, filter });
    return copy;
}

/** Gathers what a process prints; `until` waits for a line. */
function follow(stream, ended) {
    let output = "";
    stream.setEncoding("utf8").on("data", (text) => (output += text));
    return {
        async until(line) {
            while (!output.includes(`${line}\n`)) {
                const event = await Promise.race([once(stream, "data"), ended.then(() => "ended")]);
                assert.notEqual(event, "ended", `no "${line}" in: ${output}`);
            }
            const before = output.slice(0, output.indexOf(`${line}\n`));
            output = output.slice(before.length + line.length + 1);
            return before;
        },
    };
}

/** The URLs that the block says, each with the one that is meant instead. */
async function startServer(t, cwd, code) {
    const advertised = [...code.matchAll(/--listen (\S+)/g)].map(([, url]) => url);
    if (advertised.length === 0) advertised.push(advertisedUrl);
    const listen = advertised.flatMap((url) => ["--listen", url.replace(/:\d+$/, ":0")]);
    const env = { ...process.env, XDG_STATE_HOME: join(cwd, "state") };
    const server = spawn("tools/run", listen, { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(server, "close");
    atEnd(t, async () => {
        server.kill("SIGTERM");
        assert.deepEqual(await ended, [0, null]);
    });
    const output = await follow(server.stdout, ended).until("ready");
    const real = [...output.matchAll(/^listening on (.*)$/gm)].map(([, url]) => url);
    return advertised.map((url, i) => [url, real[i]]);
}

/** A shell in a process group of its own, so that what it leaves in the background ends with it. */
function startShell(t, cwd) {
    const env = {
        ...process.env,
        npm_config_prefer_offline: "true",
        PATH: `${join(cwd, "build/release")}:${process.env.PATH}`,
        XDG_STATE_HOME: join(cwd, "state"),
    };
    const shell = spawn("bash", ["-eu"], { cwd, env, detached: true, stdio: ["pipe", "pipe", "inherit"] });
    const ended = once(shell, "exit");
    atEnd(t, async () => {
        process.kill(-shell.pid, "SIGKILL");
        await ended;
    });
    const output = follow(shell.stdout, ended);
    shell.stdin.write("curl() { command curl --fail-with-body --max-time 60 \"$@\"; }\n");
    let count = 0;
    return async (code) => {
        const mark = `-- end of block ${++count} --`;
        shell.stdin.write(`${code}\necho; echo '${mark}'\n`);
        return output.until(mark);
    };
}

async function runBlocks(t, blocks, copy) {
    assert.ok(blocks.length > 2);
    let run;
    const urls = new Map();
    for (const { code, answer } of blocks) {
        if (code.startsWith("tools/run")) {
            for (const [said, meant] of await startServer(t, copy, code)) urls.set(said, meant);
        } else if (code === "tools/test\n") {
            await access(join(copy, "tools/test"));
        } else {
            run ??= startShell(t, copy);
            const spoken = [...urls].reduce((text, [said, meant]) => text.replaceAll(said, meant), code);
            const output = await run(spoken);
            if (answer) assert.ok(output.includes(answer), `${code} gave ${output}`);
        }
    }
}

async function isHardened(copy) {
    const programs = ["foundry-emulator", "foundry-cassette"].map((name) => join(copy, "build/release", name));
    const check = spawn(join(root, "tests/install/hardening"), ["--optimised", ...programs], { stdio: "inherit" });
    assert.deepEqual(await once(check, "close"), [0, null]);
}

test("README.md", async (t) => {
    const markdown = await readFile(join(root, "README.md"), "utf8");
    const copy = await copyRepository(t);
    await t.test("its commands work", (t) => runBlocks(t, blocksOf(markdown), copy));
    await t.test("the programs that they build are hardened", () => isHardened(copy));
    await t.test("its set-up for CI works, and finds what it is for", (t) => runInCi(t, markdown, copy));
});
