// SPDX-License-Identifier: MIT
// What bench_load is to ask, and what it finds.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import net from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";

import { clientCore } from "./contender.mjs";

/** A request as it goes over the wire. */
export function request(method, target, { headers = [], body = "" } = {}) {
    const lines = [`${method} ${target} HTTP/1.1`, "Host: localhost", ...headers];
    if (body !== "") lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/**
 * Writes a plan (load_plan.h): each of `asks` has a `request`, a `status` [200] and a `body` [""], in which a NUL stands for any
 * byte, and which comes over and over until `bodyBytes` [its own length] are there.
 */
export async function writePlan(file, asks) {
    const stream = createWriteStream(file);
    for (const { request, status = 200, body = "", bodyBytes = Buffer.byteLength(body) } of asks) {
        const head = `${Buffer.byteLength(request)} ${status} ${bodyBytes} ${Buffer.byteLength(body)}\n`;
        stream.write(head);
        stream.write(request);
        if (!stream.write(body)) await once(stream, "drain");
    }
    stream.end();
    await once(stream, "finish");
    return file;
}

/**
 * Runs a program of tests/bench on the client's core; what it prints is JSON. One that prints "ready" first, when it has
 * connected, is told to go on when `onReady` has run.
 */
export async function runClient(program, args, { core = clientCore, onReady = () => {} } = {}) {
    const command = path.join(process.env.FE_BENCH_BIN, program);
    const child = spawn("taskset", ["-c", core, command, ...args.map(String)], { stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => {}); // it has ended, and says why
    const ended = once(child, "close");
    const problems = text(child.stderr);
    let out = "";
    for await (const piece of child.stdout.setEncoding("utf8")) {
        out += piece;
        if (out !== "ready\n") continue;
        out = "";
        onReady();
        child.stdin.write("\n");
    }
    const [code] = await ended;
    assert.equal(code, 0, `${program} ${args.join(" ")}: ${await problems}`);
    return JSON.parse(out);
}

/** Asks a contender by a plan, and adds what that cost it: `cpu_ns` a request. */
export async function load(contender, plan, { connections = 64, seconds, requests, random, tls, once: single } = {}) {
    const args = ["--port", contender.port, "--plan", plan, "--connections", connections];
    if (seconds !== undefined) args.push("--seconds", seconds);
    if (requests !== undefined) args.push("--requests", requests);
    if (random !== undefined) args.push("--random", random);
    if (tls) args.push("--tls");
    if (single) args.push("--once");
    let before;
    const found = await runClient("bench_load", args, { onReady: () => (before = contender.cpuNs()) });
    return { ...found, cpu_ns: (contender.cpuNs() - before) / found.requests };
}

/** One answer, taken raw: its head, and its body as text, which must have a length. */
export async function ask(port, request) {
    const socket = net.connect(port, "127.0.0.1");
    socket.end(request);
    const answer = await text(socket);
    const end = answer.indexOf("\r\n\r\n");
    assert.ok(end > 0, `no answer: ${answer}`);
    return { head: answer.slice(0, end), body: answer.slice(end + 4) };
}
