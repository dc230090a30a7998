// SPDX-License-Identifier: MIT
// Starts the program under test, FE_BINARY, on a free port, and sees that it ends well. With FE_TLS_DIR
// it is met by https, and NODE_EXTRA_CA_CERTS names the CA: suites need not know.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { atEnd } from "./at_end.mjs";

export const seedFile = (name) => fileURLToPath(new URL(`../../../seeds/${name}`, import.meta.url));

/** The seed that most suites use, and what it says. */
export const demo = {
    seed: seedFile("demo.yaml"),
    token: "demo-token",
    reader: "demo-reader-token",
    runtime: "demo",
    moduleToken: "demo-module-token",
    app: "ri.foundry.main.deployed-app.demo",
    service: { id: "demo-service", secret: "demo-secret" },
    web: { id: "demo-web" },
};

export const runtimesPath = "/_emulate/foundry/compute-modules/runtimes";
export const jobsPath = "/contour-backend-multiplexer/api/module-group-multiplexer";

const { FE_TLS_DIR: tlsDir } = process.env;
const anyPort = tlsDir ? "https://127.0.0.1:0" : "http://127.0.0.1:0";
const tlsOptions = tlsDir ? ["--tls-dir", tlsDir] : [];

/** The program; with `limits`, as the shell's ulimit understands them, if there are any. */
export function command(args, limits) {
    const { FE_BINARY: program } = process.env;
    assert.ok(program, "FE_BINARY must name the program to test");
    return limits ? ["sh", ["-c", `ulimit ${limits}; exec "$0" "$@"`, program, ...args]] : [program, args];
}

export class Emulator {
    stdout = "";
    stderr = "";
    #stopped;

    constructor([program, args], env) {
        this.process = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
        this.process.stdout.setEncoding("utf8").on("data", (text) => (this.stdout += text));
        this.process.stderr.setEncoding("utf8").on("data", (text) => this.hear(text));
        this.ended = once(this.process, "close");
    }

    /** What it says on standard error. */
    hear(text) {
        this.stderr += text;
    }

    async ready() {
        const ended = this.ended.then(() => "ended");
        while (!this.stdout.endsWith("ready\n")) {
            const event = await Promise.race([once(this.process.stdout, "data"), ended]);
            assert.notEqual(event, "ended", `ended before it was ready:\n${this.stderr}`);
        }
        this.urls = [...this.stdout.matchAll(/^listening on (https?:.*)$/gm)].map(([, url]) => url);
        [this.url] = this.urls;
    }

    /** fetch(), with a bearer token and a JSON body where they are wanted. */
    async fetch(method, path, { token, json, headers = {}, ...rest } = {}) {
        return fetch(new URL(path, this.url), {
            method,
            headers: {
                ...(token && { Authorization: `Bearer ${token}` }),
                ...(json !== undefined && { "Content-Type": "application/json" }),
                ...headers,
            },
            body: JSON.stringify(json),
            redirect: "manual",
            ...rest,
        });
    }

    /** What a request gives whose answer has this status and is JSON, or nothing. */
    async ask(method, path, { status = 200, ...rest } = {}) {
        const response = await this.fetch(method, path, rest);
        const text = await response.text();
        assert.equal(response.status, status, `${method} ${path}: ${text}`);
        return text === "" ? undefined : JSON.parse(text);
    }

    /** Stops it as a person would, once, and holds it to its contract; `code` is what it must end with. */
    stop(expected) {
        return (this.#stopped ??= this.#stop(expected));
    }

    async #stop({ code = 0 } = {}) {
        this.process.kill("SIGTERM");
        const [was, signal] = await this.ended;
        assert.deepEqual({ code: was, signal }, { code, signal: null }, this.stderr);
        assert.match(this.stdout, /^(listening on \S+\n)+ready\n$/);
        assert.doesNotMatch(this.stderr, /Sanitizer|runtime error/);
    }
}

/** Starts one for a test, which stops it at its end unless it has before. */
export async function startEmulator(t, { seed, args = [], listen = anyPort, env = process.env, limits } = {}) {
    const options = ["--listen", listen, ...tlsOptions, ...(seed ? ["--seed", seed] : []), ...args];
    const emulator = new Emulator(command(options, limits), env);
    atEnd(t, () => emulator.stop());
    await emulator.ready();
    return emulator;
}
