// SPDX-License-Identifier: MIT
// Applications with the real client libraries: what one has made of a server's answers is what all must make of them.
import assert from "node:assert/strict";

import { confidential, objects, people, person } from "../sdk/support/sessions.mjs";

const thinkMs = 300; // at most, between two sittings

export const sessions = { confidential, person, people, objects };

/** With a token that is in every seed. */
export const signedIn = ["people", "objects"];

/** Where each read has one answer, for whoever asks: recordings are played in turn, and these do not take turns. */
export const alike = ["person", ...signedIn];

/** What each session comes to. */
export async function learnSessions(server) {
    const known = {};
    for (const [name, session] of Object.entries(sessions)) known[name] = await session(server);
    return known;
}

async function sit(name, { server, known, missedSince, failsAgain }) {
    const start = performance.now();
    const seen = await sessions[name](server).catch((problem) => {
        if (missedSince(start) || failsAgain()) return undefined;
        throw new Error(`${name} at ${server.name}: ${problem.stack}`, { cause: problem });
    });
    if (seen === undefined || missedSince(start)) return;
    assert.deepEqual(seen, known[name], `${name} at ${server.name}`);
}

/**
 * Works until it is over: { server, known, random, missedSince, failsAgain, names }, of the sessions of these names.
 * An upstream that was missed, now or when what is replayed was recorded, may fail a session, but never change it.
 */
export async function workOn({ names = Object.keys(sessions), ...given }, phase) {
    const options = { missedSince: () => false, failsAgain: () => false, ...given };
    while (!phase.over) {
        await sit(options.random.pick(names), options);
        await phase.pause(options.random.below(thinkMs));
    }
}
