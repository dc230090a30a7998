// SPDX-License-Identifier: MIT
// Client processes, and their deaths: what one had sent and not heard of is then in the books as cut off.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("mortal.mjs", import.meta.url));
let born = 0;

export class Mortal {
    #asks = new Map();
    #nonsense = new Map();
    #complaints = "";

    /** `books` are those of whom it visits; the rest it is told. */
    constructor(books, given) {
        this.books = books;
        const name = `${given.name}-${born++}`;
        this.process = spawn(process.execPath, [script, JSON.stringify({ ...given, name })], {
            env: { PATH: process.env.PATH },
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.process.stderr.setEncoding("utf8").on("data", (text) => (this.#complaints += text));
        createInterface(this.process.stdout).on("line", (line) => this.#hear(JSON.parse(line)));
        this.ended = once(this.process, "close");
    }

    #take(ask) {
        const taken = this.#asks.get(ask);
        this.#asks.delete(ask);
        return taken;
    }

    #hear({ ask, method, target, answered, status, digest, cut, arrived, nonsense, refused }) {
        if (ask) this.#asks.set(ask, this.books.asked(method, target));
        if (answered) this.#take(answered).answered(status, digest);
        if (cut) this.#take(cut).cut({ arrived });
        if (nonsense) this.#nonsense.set(nonsense, this.books.askedNonsense());
        if (refused) this.#nonsense.get(refused)();
    }

    async kill() {
        assert.equal(this.process.exitCode, null, `a client ended by itself: ${this.#complaints}`);
        this.process.kill("SIGKILL");
        await this.ended;
        for (const ask of this.#asks.values()) ask.cut({ arrived: false });
        assert.equal(this.#complaints, "");
    }
}
