// SPDX-License-Identifier: MIT
// The program under test, FE_BINARY, in record mode, with a cassette in a folder of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { atEnd } from "../../sdk/support/at_end.mjs";

/** Sanitizers keep what has been freed: their memory says nothing about ours. */
const sanitized = Boolean(process.env.FE_SANITIZE);

/** The environment without proxies, which would come between. */
export const plainEnvironment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)),
);

export async function temporaryFolder(t) {
    const folder = await mkdtemp(join(tmpdir(), "record-"));
    atEnd(t, () => rm(folder, { recursive: true, force: true }));
    return folder;
}

class Recorder {
    stdout = "";
    stderr = "";

    constructor([program, ...args], env) {
        this.process = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
        this.process.stdout.setEncoding("utf8").on("data", (text) => (this.stdout += text));
        this.process.stderr.setEncoding("utf8").on("data", (text) => (this.stderr += text));
        this.ended = once(this.process, "close");
    }

    async ready() {
        const ended = this.ended.then(() => "ended");
        while (!this.stdout.endsWith("ready\n")) {
            const event = await Promise.race([once(this.process.stdout, "data"), ended]);
            assert.notEqual(event, "ended", `ended before it was ready:\n${this.stderr}`);
        }
        [this.url, this.otherUrl] = [...this.stdout.matchAll(/^listening on (\S+)$/gm)].map(([, url]) => url);
        this.host = new URL(this.url).host;
    }

    /** Stops it as a person would; `code` is what it must end with. */
    async stop({ code = 0 } = {}) {
        this.process.kill("SIGTERM");
        const [was, signal] = await this.ended;
        assert.deepEqual({ code: was, signal }, { code, signal: null }, this.stderr);
        assert.match(this.stdout, /^(listening on \S+\n)+ready\n$/);
        assert.doesNotMatch(this.stderr, /Sanitizer|runtime error/);
    }

    async kill() {
        this.process.kill("SIGKILL");
        await this.ended;
    }

    async memoryBytes(what) {
        const status = await readFile(`/proc/${this.process.pid}/status`, "utf8");
        return 1024 * Number(new RegExp(`^${what}:\\s+(\\d+) kB$`, "m").exec(status)[1]);
    }
}

/** The arguments that record `upstream` (its URL) into `cassette`. */
export function recordArguments(upstream, cassette, more = []) {
    return [
        "--mode", "record", "--upstream", upstream, "--cassette", cassette,
        "--listen", "http://127.0.0.1:0", ...more,
    ];
}

/** Starts one that the caller ends. `prefix`: a command that runs it. */
export async function launchRecorder(args, { env = {}, prefix = [] } = {}) {
    assert.ok(process.env.FE_BINARY, "FE_BINARY must name the program to test");
    const recorder = new Recorder([...prefix, process.env.FE_BINARY, ...args], { ...plainEnvironment, ...env });
    await recorder.ready();
    return recorder;
}

/** Starts one for a test, which stops it at its end unless it has before. */
export async function startRecorder(t, upstream, { args = [], cassette, ...rest } = {}) {
    const file = cassette ?? join(await temporaryFolder(t), "recorded.cassette");
    const recorder = await launchRecorder(recordArguments(upstream, file, args), rest);
    recorder.cassette = file;
    let stopped;
    recorder.stopOnce = (expected) => (stopped ??= recorder.stop(expected));
    atEnd(t, () => recorder.stopOnce());
    return recorder;
}

const growthBytesMax = 16 << 20;

/** Looks at its memory now, when it is idle; the function that it gives checks what it has grown to at most. */
export async function watchMemory(t, recorder) {
    const idle = await recorder.memoryBytes("VmRSS");
    return async () => {
        if (sanitized) return;
        const growth = (await recorder.memoryBytes("VmHWM")) - idle;
        t.diagnostic(`grew by ${growth} bytes`);
        assert.ok(growth <= growthBytesMax, `grew by ${growth} bytes`);
    };
}

/** Runs the program until it ends by itself, or has got ready when it should not. */
export async function runToEnd(args, { env = {}, prefix = [] } = {}) {
    const [program, ...rest] = [...prefix, process.env.FE_BINARY, ...args];
    const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"], env: { ...plainEnvironment, ...env } });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
        child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
    }
    child.stdout.on("data", () => output.stdout.endsWith("ready\n") && child.kill("SIGKILL"));
    const [code, signal] = await once(child, "close");
    return { code, signal, ...output };
}
