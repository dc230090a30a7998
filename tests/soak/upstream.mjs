// SPDX-License-Identifier: MIT
// The Foundry behind the recorders: an emulator that dies at any moment, and comes back where it was.
import { randomInt } from "node:crypto";

import { atEnd } from "../sdk/support/at_end.mjs";
import { command, Emulator } from "../sdk/support/emulator.mjs";
import { environment } from "./server.mjs";

const settlesMs = 2000; // who met it dead may have to say so for as long

class Upstream {
    kills = 0;
    #seeds;
    #living;
    #born = -Infinity;

    constructor(seeds) {
        this.#seeds = seeds;
        // A port that is free for a moment may be lent to anybody who connects, but not on an address of its own.
        this.host = `127.${1 + randomInt(254)}.${randomInt(256)}.${1 + randomInt(254)}`;
        this.port = 0;
    }

    async start() {
        const listen = ["--listen", `http://${this.host}:${this.port}`, "--log-level", "warning"];
        const seeds = this.#seeds.flatMap((seed) => ["--seed", seed]);
        const living = new Emulator(command([...listen, ...seeds]), environment);
        await living.ready();
        [this.#living, this.url] = [living, living.url];
        this.port = new URL(living.url).port;
        this.#born = performance.now();
    }

    async kill() {
        const dying = this.#living;
        if (!dying) return;
        this.#living = undefined;
        this.kills++;
        dying.process.kill("SIGKILL");
        await dying.ended;
    }

    async stop() {
        await this.#living?.stop();
        this.#living = undefined;
    }

    /** Whether it has been dead at any time since then, or is. */
    missedSince(start) {
        return !this.#living || this.#born > start - settlesMs;
    }
}

/** One that does not live yet. */
export function newUpstream(t, seeds) {
    const upstream = new Upstream(seeds);
    atEnd(t, () => upstream.stop());
    return upstream;
}
