// SPDX-License-Identifier: MIT
// An emulator whose log is read as it comes, into its books; and what it holds of the machine.
import assert from "node:assert/strict";
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { plainEnvironment, temporaryFolder } from "../record/support/recorder.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { command, Emulator } from "../sdk/support/emulator.mjs";
import { Books } from "./books.mjs";
import { countFetches } from "./counted_fetch.mjs";

// What has been freed is to be seen as free soon: the sanitizer keeps 256 MB of it otherwise.
const sanitizer = ["quarantine_size_mb=8", process.env.ASAN_OPTIONS].filter(Boolean).join(":");
export const environment = { ...plainEnvironment, ASAN_OPTIONS: sanitizer };

export const patienceMs = 60_000;
const growthMax = 32 << 20;
const megabytes = (list) => list.map((bytes) => (bytes / 1e6) | 0).join(" ");

/** Warnings of what is done here on purpose. */
const isExpected = (message) => /^miss \d+: |: (refused|reset|truncated): /.test(message);

class Server extends Emulator {
    resident = []; // bytes, at the end of each phase
    #rest = "";

    constructor(name, args, folder) {
        super(command(["--log-format", "json", ...args]), { ...environment, TMPDIR: folder });
        Object.assign(this, { name, folder, books: new Books(name) });
    }

    hear(text) {
        const lines = (this.#rest + text).split("\n");
        this.#rest = lines.pop();
        for (const line of lines) {
            if (line.startsWith("{")) this.#hearLine(JSON.parse(line));
            else this.stderr += `${line}\n`;
        }
    }

    #hearLine(line) {
        if (line.outcome) this.books.logged(line);
        else if (line.msg.startsWith("refused a request")) this.books.loggedRefusal(line.msg.replace(/.*?: /, ""));
        else if (line.level !== "info" && !isExpected(line.msg)) this.books.wrong.push(line.msg);
    }

    async ready() {
        await super.ready();
        for (const url of this.urls) countFetches(url, this.books);
        await this.noteDescriptors();
    }

    async residentBytes() {
        const status = await readFile(`/proc/${this.process.pid}/status`, "utf8");
        return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
    }

    /** What each is, without what is different each time. */
    async #descriptors() {
        const folder = `/proc/${this.process.pid}/fd`;
        const links = (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => ""));
        return (await Promise.all(links)).filter((link) => link !== "").map((link) => link.replaceAll(/\d+/g, "#")).sort();
    }

    /** From now on there must not be more, when nobody is there. */
    async noteDescriptors() {
        this.descriptorsAtRest = await this.#descriptors();
    }

    /** Whoever is gone leaves nothing open. */
    async #checkDescriptors() {
        const end = Date.now() + patienceMs;
        for (;;) {
            const now = await this.#descriptors();
            if (now.length <= this.descriptorsAtRest.length) return;
            if (Date.now() > end) assert.deepEqual(now, this.descriptorsAtRest, `descriptors that ${this.name} leaves open`);
            await delay(100);
        }
    }

    /** Nobody is there any more: all that it was asked must have ended, and nothing be left. */
    async close() {
        const { exchanges } = await this.ask("GET", "/_emulate/health");
        await this.books.close(exchanges, patienceMs);
        await this.books.balance(patienceMs);
        await this.#checkDescriptors();
        assert.deepEqual(await readdir(this.folder), [], `${this.name} leaves files behind`);
        await this.stop();
        this.#checkMemory();
    }

    /** Memory has settled after a third of the time, and then stays what it is. */
    #checkMemory() {
        const { name, resident } = this;
        const settled = Math.max(...resident.slice(0, Math.ceil(resident.length / 3)));
        const grown = resident.at(-1) - settled;
        assert.ok(grown < growthMax, `${name} has grown by ${grown} bytes; in MB, after each phase: ${megabytes(resident)}`);
    }

    report() {
        const { name, books, resident } = this;
        console.log(`${name}: ${books.ended} exchanges`, books.sources, "refused:", books.refusals,
            `resident after each phase, in MB: ${megabytes(resident)}`);
    }
}

/** Starts one for a test, with `tls` behind two listeners; at its end it must end well. */
export async function startServer(t, name, { args = [], tls = false } = {}) {
    const folder = await temporaryFolder(t);
    const listen = ["--listen", "http://127.0.0.1:0"];
    if (tls) listen.push("--listen", "https://127.0.0.1:0", "--tls-dir", join(await temporaryFolder(t), "tls"));
    const server = new Server(name, [...listen, ...args], folder);
    atEnd(t, () => server.stop());
    await server.ready();
    return server;
}
