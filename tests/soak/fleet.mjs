// SPDX-License-Identifier: MIT
// The replicas of one compute module, some of whom are always about to be killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

class Replica {
    killed = false;
    complaints = "";

    constructor([command, args], environment, onTicket) {
        this.process = spawn(command, args, {
            env: { PATH: process.env.PATH, ...environment },
            stdio: ["ignore", "pipe", "pipe"],
        });
        this.process.stderr.setEncoding("utf8").on("data", (text) => (this.complaints += text));
        createInterface(this.process.stdout).on("line", (line) => {
            const ticket = /^took (\S+)$/.exec(line)?.[1];
            if (ticket) onTicket(ticket, this);
        });
        this.ended = once(this.process, "close");
    }

    /** Its last words have been heard when this is done. */
    async kill() {
        assert.equal(this.process.exitCode, null, `a replica ended by itself: ${this.complaints}`);
        assert.equal(this.complaints, "");
        this.killed = true;
        this.process.kill("SIGKILL");
        await this.ended;
    }
}

export class Fleet {
    replicas = [];
    kills = 0;
    takers = new Map(); // ticket → the replicas that were handed its job

    constructor({ name, command, environment, app }) {
        Object.assign(this, { name, command, environment, app });
    }

    start() {
        this.replicas.push(new Replica(this.command, this.environment, (ticket, replica) => {
            this.takers.set(ticket, [...(this.takers.get(ticket) ?? []), replica]);
        }));
    }

    async killOne(random) {
        const [replica] = this.replicas.splice(random.below(this.replicas.length), 1);
        this.kills++;
        await replica.kill();
    }

    async stop() {
        await Promise.all(this.replicas.splice(0).map((replica) => replica.kill()));
    }

    /** Holds what became of every job to what became of the replicas that took them. */
    check(outcomes) {
        let unannounced = 0;
        for (const { ticket, right, why } of outcomes) {
            const takers = this.takers.get(ticket) ?? [];
            assert.ok(takers.length <= 1, `${this.name}: job ${ticket} was handed out twice`);
            assert.ok(!right || takers.length === 1, `${this.name}: nobody took ${ticket}, yet it was answered`);
            assert.ok(
                right || takers.every(({ killed }) => killed),
                `${this.name}: ${ticket} was lost (${why}), and its replica lived`,
            );
            if (!right && takers.length === 0) unannounced++;
        }
        // A replica can be killed with one job on its way to it, of which it never knew.
        assert.ok(unannounced <= this.kills, `${this.name}: ${unannounced} jobs lost by ${this.kills} kills`);
        const known = new Set(outcomes.map(({ ticket }) => ticket));
        for (const ticket of this.takers.keys()) {
            assert.ok(known.has(ticket), `${this.name}: nobody sent ${ticket}`);
        }
    }
}
