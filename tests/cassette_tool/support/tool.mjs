// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { toLines } from "./frames.mjs";

/** Runs the program; `output` is its standard output as bytes. */
export function tool(args, { input = "", env = {} } = {}) {
    return new Promise((resolve, reject) => {
        const child = spawn(process.env.FE_CASSETTE, args, { env: { ...process.env, ...env } });
        const output = [];
        let stderr = "";
        child.stdout.on("data", (bytes) => output.push(bytes));
        child.stderr.on("data", (bytes) => (stderr += bytes));
        // A program that has refused its arguments reads no input.
        child.stdin.on("error", () => {});
        child.stdin.end(input);
        child.on("error", reject);
        child.on("close", (status) => {
            const bytes = Buffer.concat(output);
            resolve({ status, output: bytes, stdout: bytes.toString(), stderr });
        });
    });
}

/** Runs it, and holds it to exit status 0 and to silence on standard error. */
export async function toolOk(args, options) {
    const { status, output, stdout, stderr } = await tool(args, options);
    assert.equal(stderr, "");
    assert.equal(status, 0);
    return { output, stdout };
}

/** A folder for one test, and a function that makes a cassette of frames in it. */
export async function workshop(t) {
    const folder = await mkdtemp(join(tmpdir(), "cassette-"));
    t.after(() => rm(folder, { recursive: true }));
    const path = (name) => join(folder, name);
    const make = async (frames, name = "demo.cassette") => {
        await toolOk(["import", "--json", "-o", path(name)], { input: toLines(frames) });
        return path(name);
    };
    return { folder, path, make };
}

/** The frames of a cassette, as `cat --json` has them. */
export async function framesOf(path) {
    const { stdout } = await toolOk(["cat", "--json", path]);
    return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}
