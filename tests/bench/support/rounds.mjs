// SPDX-License-Identifier: MIT
// Contenders take turns: what disturbs the machine then disturbs all of them, and a ratio is made within one round.
export const median = (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * Measures each of `contenders` in every round, the first one first in every other; what they gave in a round before the
 * first, which warms them, does not count. Resolves to a list of samples for each.
 */
export async function alternate(bench, contenders, measure) {
    const samples = contenders.map(() => []);
    for (const contender of contenders) await measure(contender, { warmUp: true });
    for (let round = 0; round < bench.rounds; round++) {
        const order = [...contenders.keys()];
        if (round % 2 === 1) order.reverse();
        for (const index of order) samples[index].push(await measure(contenders[index], { warmUp: false }));
    }
    return samples;
}

/** What is told of one contender beside the ratio: medians over all rounds. */
export function detail(contender, samples) {
    const of = (key) => median(samples.map((sample) => sample[key]));
    return {
        p50_us: of("p50_us"),
        p99_us: of("p99_us"),
        cpu_us: of("cpu_ns") / 1e3,
        requests_per_second: of("requests_per_second"),
        peak_rss_kib: contender.peakRssKiB(),
    };
}

/**
 * Ours and a peer under the same load in turn. `rows` says which member of bench_load's findings each row is about: pairs of
 * a row and a key ("cpu_ns", "requests_per_second", "bytes_per_second").
 */
export async function compareUnderLoad(bench, { ours, peer, rows, measure }) {
    const timed = async (contender, options) => {
        const found = await measure(contender, options);
        return { ...found, bytes_per_second: found.bytes / found.seconds };
    };
    const [mine, theirs] = await alternate(bench, [ours, peer], timed);
    const of = (samples, key) => samples.map((sample) => sample[key]);
    for (const [row, key] of rows) {
        bench.record(row, {
            unit: units[key],
            ours: of(mine, key),
            peer: of(theirs, key),
            detail: { ours: detail(ours, mine), peer: detail(peer, theirs) },
        });
    }
    return { ours: mine, peer: theirs };
}

const units = { cpu_ns: "ns", requests_per_second: "1/s", bytes_per_second: "B/s", p50_us: "us", p99_us: "us" };
