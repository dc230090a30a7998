// SPDX-License-Identifier: MIT
// Some time in which everybody does as they do, and whose end everybody learns of at once.
import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

export class Phase {
    jobs = 0; // that were sent
    #end = new AbortController();

    constructor(number) {
        this.number = number;
        setMaxListeners(0, this.#end.signal);
    }

    get over() {
        return this.#end.signal.aborted;
    }

    end() {
        this.#end.abort();
    }

    /** Waits for so long, or until it is over. */
    async pause(ms) {
        await delay(ms, undefined, { signal: this.#end.signal }).catch(() => {});
    }
}
