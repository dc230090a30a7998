// SPDX-License-Identifier: MIT
// What a scenario is given: how long to measure, a folder, and where its figures go.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";

import { settle } from "./table.mjs";

export class Bench {
    rows = [];
    #steps = [];

    constructor({ rounds, seconds, quick, out }) {
        Object.assign(this, { rounds, seconds, quick, out });
        this.dir = mkdtempSync(path.join(out, "run-"));
        chmodSync(this.dir, 0o755); // workers of a server that root has started are nobody
    }

    /** A file in a folder that goes when the bench ends. */
    file(name) {
        return path.join(this.dir, name);
    }

    /** `ours` and `peer` are lists of figures, one a round, in the same `unit`; without `peer` the figures stand for themselves. */
    record(row, figures) {
        this.rows.push(settle(row, figures));
    }

    skip(row, why) {
        this.rows.push({ ...row, skipped: why });
    }

    /** For the rows of a scenario that has no figure for them. */
    fail(rows, problem) {
        const key = ({ name, peer }) => `${name} ${peer}`;
        const told = new Set(this.rows.map(key));
        for (const row of rows.filter((row) => !told.has(key(row)))) {
            this.rows.push({ ...row, failed: problem.message.split("\n")[0] });
        }
    }

    /** Has it stopped when the scenario ends, however it ends. */
    async keep(contender) {
        const started = await contender;
        if (started) this.#steps.push(() => started.stop());
        return started;
    }

    async endScenario() {
        while (this.#steps.length > 0) await this.#steps.pop()();
    }

    end() {
        rmSync(this.dir, { recursive: true });
    }
}
