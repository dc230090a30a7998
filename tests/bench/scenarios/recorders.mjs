// SPDX-License-Identifier: MIT
// Others that record and replay, or answer from stubs, and a cache: 200 exchanges of 500 bytes. They do other things as well, so
// that no target hangs on these rows; they show what a replay costs elsewhere.
import { bodyOf, makeCassette, planOf, replaying, targetOf } from "../support/cassettes.mjs";
import { clientCore } from "../support/contender.mjs";
import { load } from "../support/load.mjs";
import { startOurs } from "../support/ours.mjs";
import { startMitmproxy } from "../support/peers/mitmproxy.mjs";
import { startMountebank } from "../support/peers/mountebank.mjs";
import { alwaysReturns, startNginx } from "../support/peers/nginx.mjs";
import { startTalkback } from "../support/peers/talkback.mjs";
import { startVarnish } from "../support/peers/varnish.mjs";
import { startWiremock } from "../support/peers/wiremock.mjs";
import { compareUnderLoad } from "../support/rounds.mjs";

const COUNT = 200;
const BYTES = 500;

const contenders = [
    { peer: "varnish", start: startVarnish, needsUpstream: true },
    { peer: "mitmproxy", start: startMitmproxy, needsUpstream: true },
    { peer: "talkback", start: startTalkback, needsUpstream: true },
    { peer: "wiremock", start: startWiremock },
    { peer: "mountebank", start: startMountebank },
];
const rowOf = ({ peer }) => ({ name: `replay of ${COUNT} exchanges, CPU per request`, peer });
export const rows = contenders.map(rowOf);

export async function run(bench) {
    const body = bodyOf(0, BYTES);
    const exchanges = Array.from({ length: COUNT }, (_, number) => ({ target: targetOf(number), body }));
    const cassette = await makeCassette(bench.file("few.cassette"), COUNT, BYTES);
    const own = await planOf(bench.file("few.plan"), COUNT, BYTES);
    const plan = await planOf(bench.file("few.same.plan"), COUNT, BYTES, { body });
    const ours = await bench.keep(startOurs({ args: replaying(cassette) }));
    const upstream = await bench.keep(startNginx(bench.file("nginx"), { server: alwaysReturns(body), core: clientCore }));
    for (const contender of contenders) {
        await beside(bench, { ours, own, plan, upstream, exchanges }, contender);
    }
}

async function beside(bench, { ours, own, plan, upstream, exchanges }, contender) {
    const row = rowOf(contender);
    if (contender.needsUpstream && !upstream) return bench.skip(row, "nginx, whose answers it keeps, is not installed");
    const known = { upstream, plan, exchanges, count: COUNT };
    const peer = await contender.start(bench.file(contender.peer), known);
    if (!peer) return bench.skip(row, `${contender.peer} is not installed`);
    try {
        await compareUnderLoad(bench, {
            ours,
            peer,
            rows: [[row, "cpu_ns"]],
            measure: (one) => load(one, one === ours ? own : plan, { seconds: bench.seconds }),
        });
    } catch (problem) {
        bench.fail([row], problem);
    } finally {
        await peer.stop();
    }
}
