// SPDX-License-Identifier: MIT
// Those who disturb: each kills, switches or moves something now and then, until it is over, and leaves everything
// as it should be.
import { Mortal } from "./mortals.mjs";
import { mixtures } from "./topology.mjs";

/** Kills and starts replicas; then everybody is there again. */
export async function killReplicas(fleets, random, phase) {
    while (!phase.over) {
        await phase.pause(100 + random.below(900));
        const targets = fleets.filter(({ mayBeHit }) => mayBeHit);
        if (targets.length > 0) await random.pick(targets).killOne(random);
        await phase.pause(random.below(500));
        const lacking = fleets.filter(({ lacks }) => lacks);
        if (lacking.length > 0) random.pick(lacking).start();
    }
    for (const fleet of fleets) fleet.fill();
}

export async function killUpstream(upstream, random, phase) {
    while (!phase.over) {
        await phase.pause(1000 + random.below(5000));
        await upstream.kill();
        await phase.pause(random.below(500));
        await upstream.start();
    }
}

/** Clients of one server that live for a while; `counts.clients` is how many have died. */
export async function killClients(server, { urls, known, seed, random, counts }, phase) {
    while (!phase.over) {
        const client = new Mortal(server.books, { name: server.name.replaceAll(" ", "-"), urls, known, seed, thinkMs: 30 });
        await phase.pause(1000 + random.below(9000));
        await client.kill();
        counts.clients++;
    }
}

export async function switchModes(server, random, phase) {
    while (!phase.over) {
        await phase.pause(200 + random.below(2000));
        await server.ask("PUT", "/_emulate/mode", { json: random.pick(mixtures) });
    }
}

/** A little only: jobs have to end, and tokens to live. */
export async function moveClocks(servers, random, phase) {
    while (!phase.over) {
        await phase.pause(random.below(1000));
        await random.pick(servers).ask("PUT", "/_emulate/clock", { json: { advance: `${1 + random.below(20)}ms` } });
    }
}
