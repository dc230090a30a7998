// SPDX-License-Identifier: MIT
// Rows of figures as Markdown.
import { median } from "./rounds.mjs";

const SCALES = {
    ns: [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]],
    us: [[1e6, "s"], [1e3, "ms"], [1, "µs"]],
    "B/s": [[1e9, "GB/s"], [1e6, "MB/s"], [1e3, "kB/s"], [1, "B/s"]],
    "1/s": [[1e6, "M/s"], [1e3, "k/s"], [1, "/s"]],
    KiB: [[1024 * 1024, "GiB"], [1024, "MiB"], [1, "KiB"]],
};

/** A figure to three digits, in the unit that suits its size; instructions, which repeat, to the last one. */
export function quantity(value, unit) {
    if (unit === "instructions") return value.toLocaleString("en");
    const scales = SCALES[unit] ?? [[1, unit ?? ""]];
    const [factor, name] = scales.find(([least]) => Math.abs(value) >= least) ?? scales.at(-1);
    return `${Number((value / factor).toPrecision(3))} ${name}`.trim();
}

/** Whether a figure meets "<= 1.20" or ">= 0.85"; nothing is met where nothing is asked. */
export function meets(value, target) {
    const [, operator, bound] = /^([<>]=)\s*([\d.]+)/.exec(target ?? "") ?? [];
    if (operator === undefined) return undefined;
    return operator === "<=" ? value <= Number(bound) : value >= Number(bound);
}

/** A row with what its samples come to: the ratio in each round, or the figure itself where there is no peer. */
export function settle(row, { ours, peer, unit, ...rest }) {
    const values = peer ? ours.map((value, round) => value / peer[round]) : ours;
    const value = median(values);
    return { ...row, ...rest, unit, ours, peer_samples: peer, values, value, met: meets(value, row.target) };
}

const pair = (row, key, unit) =>
    ["ours", "peer"]
        .map((who) => row.detail?.[who]?.[key])
        .filter((value) => value !== undefined)
        .map((value) => quantity(value, unit))
        .join(" · ");

function cells(row) {
    const head = [row.name, row.peer ?? ""];
    const none = row.skipped ? `skipped: ${row.skipped}` : row.failed && `failed: ${row.failed}`;
    if (none) return [...head, none, "", "", row.target ?? "", row.stretch ?? "", "", "", "", "", ""];
    const [low, high] = [Math.min(...row.values), Math.max(...row.values)];
    const plain = (value) => (row.peer_samples ? quantity(value) : quantity(value, row.unit));
    return [
        ...head,
        quantity(median(row.ours), row.unit),
        row.peer_samples ? quantity(median(row.peer_samples), row.unit) : "",
        `${plain(row.value)} (${plain(low)} to ${plain(high)})`,
        row.target ?? "",
        row.stretch ?? "",
        row.met === undefined ? "" : row.met ? "yes" : "NO",
        pair(row, "p50_us", "us"),
        pair(row, "p99_us", "us"),
        pair(row, "cpu_us", "us"),
        pair(row, "peak_rss_kib", "KiB"),
    ];
}

const HEAD = ["row", "peer", "ours", "its", "ratio", "target", "stretch", "met", "p50", "p99", "CPU/request", "peak RSS"];

export function table(rows) {
    const line = (columns) => `| ${columns.join(" | ")} |`;
    return [line(HEAD), line(HEAD.map(() => "---")), ...rows.map((row) => line(cells(row)))].join("\n");
}
