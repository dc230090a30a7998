// SPDX-License-Identifier: MIT
// Who there is: the stack, which emulates everything; the upstream, which dies; a recorder in front of it; a replayer,
// which has recordings of an hour that is past; and one that is in all modes at once. The two that record are ended
// after some phases, so that their cassettes can be held to their books, and others take their places.
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { temporaryFolder } from "../record/support/recorder.mjs";
import { recordStack } from "../replay/support/replay.mjs";
import { demo } from "../sdk/support/emulator.mjs";
import { alike, learnSessions, sessions, signedIn } from "./applications.mjs";
import { startFleets } from "./fleet.mjs";
import { learnMenu, writeSeed } from "./menu.mjs";
import { checkRecording, countRecorded } from "./recordings.mjs";
import { startServer } from "./server.mjs";
import { newUpstream } from "./upstream.mjs";

const jobArguments = ["--job-timeout", "10s", "--execute-timeout", "5m"];
const seedArguments = (seeds) => seeds.flatMap((seed) => ["--seed", seed]);

const emulate = (...paths) => paths.map((path) => ({ path, mode: "emulate" }));
const record = (...paths) => paths.map((path) => ({ path, mode: "record" }));
const replay = (...paths) => paths.map((path) => ({ path, mode: "replay" }));
const [people, objects, signIn, jobs] = ["/api/v2/admin/**", "/api/v2/ontologies/**", "/multipass/**", "/contour-*/**"];

/** What `PUT /_emulate/mode` makes of the one that is in all modes. Tokens and jobs are always its own. */
export const mixtures = [
    { mode: "emulate", routes: [...record(people), ...replay(objects)] },
    { mode: "replay", routes: [...emulate(signIn), ...record(people)] },
    { mode: "record", routes: [...emulate(signIn, jobs), ...replay(objects)] },
    { mode: "emulate", routes: record(objects) },
    { mode: "emulate", routes: [] },
];

/** The recordings that are replayed: the whole menu, and a sitting of each application. */
async function recordFirst(t, seeds, random) {
    const args = seedArguments(seeds.slice(1));
    const { cassette } = await recordStack(t, async (recorder) => {
        await learnMenu(recorder, random);
        for (const name of alike) await sessions[name](recorder);
    }, { seed: seeds[0], args });
    return { cassette, count: await countRecorded(cassette) };
}

/** Everything that it opens for a mode has been opened once, and it is at the first. */
async function mixInTurn(server) {
    for (const json of [...mixtures, mixtures[0]]) await server.ask("PUT", "/_emulate/mode", { json });
}

/** The two that record, while they live, and the fleet of one of them. */
class Recorders {
    outcomes = {}; // of what was recorded by those that are gone

    constructor(t, { folder, seeds, upstream, first }) {
        Object.assign(this, { t, folder, seeds, upstream, first });
    }

    #file(name) {
        return join(this.folder, `${name}.cassette`);
    }

    async start() {
        await this.upstream.start();
        const args = ["--upstream", this.upstream.url, ...seedArguments(this.seeds), ...jobArguments];
        this.recorder = await startServer(this.t, "the recorder", {
            args: [...args, "--mode", "record", "--cassette", this.#file("recorder")],
        });
        await copyFile(this.first.cassette, this.#file("mixed"));
        this.mixed = await startServer(this.t, "the one in all modes", {
            args: [...args, "--cassette", this.#file("mixed"), "--append"],
        });
        await mixInTurn(this.mixed);
        await this.mixed.noteDescriptors();
        for (const name of signedIn) await sessions[name](this.mixed); // so that no mode depends on chance
        this.fleets = await startFleets(this.t, this.mixed, ["typescript"]);
    }

    async #end(server, name, skip) {
        await server.close();
        const outcomes = await checkRecording(this.#file(name), server.books, { skip });
        for (const [outcome, count] of Object.entries(outcomes)) {
            this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + count;
        }
        await rm(this.#file(name));
    }

    /** Ends them, and holds what they have recorded to what they were asked. Without an upstream, no connection is kept. */
    async end() {
        await this.upstream.kill();
        await mixInTurn(this.mixed);
        await Promise.all(this.fleets.map((fleet) => fleet.stop()));
        await this.#end(this.recorder, "recorder", 0);
        await this.#end(this.mixed, "mixed", this.first.count);
        for (const mode of ["emulate", "record", "replay"]) {
            if (!this.mixed.books.sources[mode]) throw new Error(`nothing was answered in mode ${mode}`);
        }
    }

    get servers() {
        return [this.recorder, this.mixed];
    }
}

export async function startTopology(t, random) {
    const folder = await temporaryFolder(t);
    const seeds = [demo.seed, await writeSeed(folder)];
    const args = seedArguments(seeds);
    const first = await recordFirst(t, seeds, random);
    const stack = await startServer(t, "the stack", { tls: true, args: [...args, ...jobArguments] });
    const known = await learnMenu(stack, random);
    const replayer = await startServer(t, "the replayer", {
        args: [...args, "--mode", "replay", "--at-end", "writes=repeat", "--cassette", first.cassette],
    });
    const upstream = newUpstream(t, seeds);
    const recorders = new Recorders(t, { folder, seeds, upstream, first });
    await recorders.start();
    const fleets = await startFleets(t, stack);
    const knownSessions = await learnSessions(stack);
    return { stack, replayer, upstream, recorders, fleets, known, knownSessions };
}
