// SPDX-License-Identifier: MIT
// The replicas of one compute module, some of whom are always about to be killed; and what became of its jobs.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { containerOf, modules } from "../clients/support/container.mjs";
import { atEnd } from "../sdk/support/at_end.mjs";
import { runtimesPath } from "../sdk/support/emulator.mjs";
import { createRuntime } from "../sdk/support/module.mjs";

const replicasPerFleet = 2;
const endsMs = 60_000; // until then, --job-timeout has ended what nobody works on
const script = fileURLToPath(new URL("../sdk/modules/tickets.mjs", import.meta.url));
const typescript = () => [process.execPath, [script]];

/** How to start a module of each language that this machine has. */
function commands() {
    const { FE_PYTHON: python, FE_JAVA: java } = process.env;
    const go = existsSync(modules.go()[0]);
    return {
        typescript,
        ...(python && { python2024: () => modules.python(2024), python2026: () => modules.python(2026) }),
        ...(java && { java: ({ url }) => modules.java(url) }),
        ...(go && { go: modules.go }),
    };
}

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

const isOver = ({ status }) => ["succeeded", "failed", "canceled"].includes(status);
const isWithin = (count, least, more) => count >= least && count <= least + more;

class Fleet {
    replicas = [];
    kills = 0;
    #answered = 0;
    #answeredAtKill = 0;
    outcomes = []; // of this phase's jobs, as their callers know them
    #takers = new Map(); // ticket → the replicas that were handed its job

    constructor(given) {
        Object.assign(this, given);
    }

    start() {
        this.replicas.push(new Replica(this.command, this.environment, (ticket, replica) => {
            this.#takers.set(ticket, [...(this.#takers.get(ticket) ?? []), replica]);
        }));
    }

    get lacks() {
        return this.replicas.length < replicasPerFleet;
    }

    fill() {
        while (this.lacks) this.start();
    }

    /** What has become of a job. */
    note(outcome) {
        this.outcomes.push(outcome);
        if (outcome.right) this.#answered++;
    }

    /** Whether it has got on since. On a slow machine replicas would be killed before they have ever served. */
    get mayBeHit() {
        return this.replicas.length > 0 && this.#answered > this.#answeredAtKill;
    }

    async killOne(random) {
        this.#answeredAtKill = this.#answered;
        const [replica] = this.replicas.splice(random.below(this.replicas.length), 1);
        this.kills++;
        await replica.kill();
    }

    async stop() {
        await Promise.all(this.replicas.splice(0).map((replica) => replica.kill()));
    }

    /** For whoever has waited too long. */
    async describe() {
        const jobs = (await this.#list()).filter((job) => !isOver(job)).map(({ job_id: id, status }) => `${id} ${status}`);
        return `${this.name} at ${this.server.name}: ${this.replicas.length} replicas, unfinished jobs: ${jobs.join(", ")}`;
    }

    async #list() {
        return (await this.server.ask("GET", `${runtimesPath}/${this.name}/jobs`)).jobs;
    }

    /** All jobs, when all have ended: --job-timeout ends those that nobody asks for. */
    async #ended() {
        const end = Date.now() + endsMs;
        for (;;) {
            const jobs = await this.#list();
            if (jobs.every(isOver)) return jobs;
            assert.ok(Date.now() < end, `${this.name}: ${jobs.filter((job) => !isOver(job)).length} jobs never ended`);
            await delay(200);
        }
    }

    /** Holds what became of every job to what became of the replicas that took them. */
    #checkTakers() {
        let unannounced = 0;
        for (const { ticket, right, left, why } of this.outcomes) {
            const takers = this.#takers.get(ticket) ?? [];
            assert.ok(takers.length <= 1, `${this.name}: job ${ticket} was handed out ${takers.length} times`);
            assert.ok(!right || takers.length === 1, `${this.name}: nobody took ${ticket}, yet it was answered`);
            if (right || left) continue;
            assert.ok(
                takers.every(({ killed }) => killed),
                `${this.name}: ${ticket} was lost (${why}), and its replica lived`,
            );
            if (takers.length === 0) unannounced++;
        }
        // A replica can be killed with one job on its way to it, of which it never knew.
        assert.ok(unannounced <= this.kills, `${this.name}: ${unannounced} jobs lost by ${this.kills} kills`);
        const known = new Set(this.outcomes.map(({ ticket }) => ticket));
        for (const ticket of this.#takers.keys()) {
            assert.ok(known.has(ticket), `${this.name}: nobody sent ${ticket}`);
        }
    }

    /** What the server has kept of the jobs agrees with what their callers were told, and their modules. */
    #checkJobs(jobs) {
        const left = this.outcomes.filter((outcome) => outcome.left).length;
        const right = this.outcomes.filter((outcome) => outcome.right).length;
        const lost = this.outcomes.length - left - right;
        const succeeded = jobs.filter(({ status }) => status === "succeeded").length;
        const failed = jobs.length - succeeded;
        assert.ok(
            isWithin(jobs.length, right + lost, left) && isWithin(succeeded, right, left) && isWithin(failed, lost, left),
            `${this.name}: ${right} answered, ${lost} lost and ${left} left by their callers;` +
                ` of ${jobs.length} jobs, ${succeeded} succeeded and ${failed} failed`,
        );
        for (const { job_id: jobId, status } of jobs) {
            const accepted = this.server.books.accepted.get(jobId) ?? 0;
            const expected = status === "succeeded" ? 1 : 0;
            assert.equal(accepted, expected, `${this.name}: job ${jobId} ${status}, and ${accepted} results were accepted`);
        }
    }

    /** Nobody sends jobs any more: each must have ended, once. Gives the outcomes, and forgets them. */
    async settle() {
        this.#checkJobs(await this.#ended());
        this.#checkTakers();
        const { outcomes } = this;
        this.outcomes = [];
        this.#takers.clear();
        return outcomes;
    }

    /** An hour later: what is kept of jobs is gone. */
    async checkForgotten() {
        await this.server.ask("GET", `${runtimesPath}/${this.name}/jobs/any`, { status: 404 });
        assert.deepEqual(await this.#list(), []);
    }
}

/** Starts fleets at a server, which lives as long as the test or ends them itself: of all languages, or of these. */
export async function startFleets(t, server, languages = Object.keys(commands())) {
    const fleets = [];
    for (const name of languages) {
        const app = `ri.foundry.main.deployed-app.${name}`;
        await createRuntime(server, { runtimeId: name, deployedAppRid: app });
        const environment = await containerOf(t, server, name);
        const fleet = new Fleet({ name, command: commands()[name](server), environment, app, server });
        atEnd(t, () => fleet.stop());
        fleet.fill();
        fleets.push(fleet);
    }
    return fleets;
}
