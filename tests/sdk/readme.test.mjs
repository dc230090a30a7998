// SPDX-License-Identifier: MIT
// The commands of README.md work: its ```sh blocks are run in order, in one shell, in a fresh copy of
// the repository. The block `tools/run` is the other terminal: it is started and left running, and
// the rest speaks to it. The block `tools/test` is who runs this. Where the text behind a block says
// "The answer is `...`", that is what the block must have printed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { atEnd } from "./support/at_end.mjs";

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

async function startServer(t, cwd) {
    const env = { ...process.env, FOUNDRY_EMULATOR_LISTEN: "http://127.0.0.1:0" };
    const server = spawn("tools/run", { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(server, "close");
    atEnd(t, async () => {
        server.kill("SIGTERM");
        assert.deepEqual(await ended, [0, null]);
    });
    const output = await follow(server.stdout, ended).until("ready");
    return /^listening on (.*)$/m.exec(output)[1];
}

/** A shell in a process group of its own, so that what it leaves in the background ends with it. */
function startShell(t, cwd) {
    const env = { ...process.env, npm_config_prefer_offline: "true" };
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

test("the commands of README.md work", async (t) => {
    const blocks = blocksOf(await readFile(join(root, "README.md"), "utf8"));
    assert.ok(blocks.length > 2);
    const copy = await copyRepository(t);
    let run;
    let url = advertisedUrl;
    for (const { code, answer } of blocks) {
        if (code === "tools/run\n") {
            url = await startServer(t, copy);
        } else if (code === "tools/test\n") {
            await access(join(copy, "tools/test"));
        } else {
            run ??= startShell(t, copy);
            const output = await run(code.replaceAll(advertisedUrl, url));
            if (answer) assert.ok(output.includes(answer), `${code} gave ${output}`);
        }
    }
});
