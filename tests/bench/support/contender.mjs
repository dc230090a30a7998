// SPDX-License-Identifier: MIT
// A server that is measured: ours or a peer's, on a core of its own, and what /proc says of it and its workers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Whoever is measured has this core to itself; whoever asks, the other one. */
export const serverCore = "0";
export const clientCore = "1";

const READY_MS = 60_000;

const read = (path) => {
    try {
        return readFileSync(path, "utf8");
    } catch {
        return ""; // it has just ended
    }
};

/** A port of 127.0.0.1 that is free now. */
export async function freePort() {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    server.close();
    await once(server, "close");
    return port;
}

function threads(pid) {
    try {
        return readdirSync(`/proc/${pid}/task`);
    } catch {
        return [];
    }
}

/** The process and all below it. */
function family(pid) {
    const children = threads(pid).flatMap((thread) =>
        read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean),
    );
    return [pid, ...children.flatMap(family)];
}

const statusKiB = (pid, key) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

const sum = (values) => values.reduce((total, value) => total + value, 0);

export class Contender {
    output = "";
    port = 0;

    /** `command` is an argv. What it prints is kept, to be shown if it ends too early. */
    constructor(name, [program, ...args], { core = serverCore, cwd, env = process.env } = {}) {
        this.name = name;
        this.process = spawn("taskset", ["-c", core, program, ...args], { stdio: ["ignore", "pipe", "pipe"], cwd, env });
        for (const stream of [this.process.stdout, this.process.stderr]) {
            stream.setEncoding("utf8").on("data", (text) => (this.output += text));
        }
        this.ended = once(this.process, "close");
        this.hasEnded = false;
        void this.ended.then(() => (this.hasEnded = true));
    }

    get pid() {
        return this.process.pid;
    }

    /** Until `isReady()` says so. */
    async until(isReady) {
        for (const end = Date.now() + READY_MS; !(await isReady()); await delay(5)) {
            assert.ok(!this.hasEnded && Date.now() < end, `${this.name} did not get ready:\n${this.output}`);
        }
        return this;
    }

    /** Until somebody can connect. */
    async accepts(port) {
        this.port = port;
        return this.until(
            () =>
                new Promise((done) => {
                    const socket = net.connect(port, "127.0.0.1", () => done(true));
                    socket.on("error", () => done(false)).on("connect", () => socket.destroy());
                }),
        );
    }

    /** User and system time of the process, its threads and its workers. */
    cpuNs() {
        return sum(
            family(this.pid).flatMap((pid) =>
                threads(pid).map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0] || 0)),
            ),
        );
    }

    rssKiB() {
        return sum(family(this.pid).map((pid) => statusKiB(pid, "VmRSS")));
    }

    peakRssKiB() {
        return sum(family(this.pid).map((pid) => statusKiB(pid, "VmHWM")));
    }

    async stop(signal = "SIGTERM") {
        this.process.kill(signal);
        const patience = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
        await this.ended;
        clearTimeout(patience);
    }
}
