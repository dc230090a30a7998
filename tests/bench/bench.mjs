// SPDX-License-Identifier: MIT
// Runs scenarios one after the other, and tells what they found; tools/bench says how it is called.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { Bench } from "./support/bench.mjs";
import { table } from "./support/table.mjs";

const { values: options, positionals: wanted } = parseArgs({
    allowPositionals: true,
    options: {
        list: { type: "boolean" },
        quick: { type: "boolean" },
        rounds: { type: "string" },
        seconds: { type: "string" },
        out: { type: "string" },
        table: { type: "boolean" },
    },
});
const out = path.resolve(options.out ?? "build/bench");
const results = path.join(out, "results.json");

const folder = new URL("./scenarios/", import.meta.url);
const names = readdirSync(folder)
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => name.slice(0, -".mjs".length));

function machine() {
    const [cpu] = os.cpus();
    const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
    return {
        cpu: cpu.model,
        cores: os.cpus().length,
        memory_gib: Math.round(os.totalmem() / 2 ** 30),
        kernel: os.release(),
        commit: git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") ? ", changed" : ""),
        date: new Date().toISOString(),
        load: os.loadavg()[0],
    };
}

const page = ({ machine: on, rows }) =>
    `${table(rows)}\n\n${on.cpu}, ${on.cores} cores, ${on.memory_gib} GiB, Linux ${on.kernel}; commit ${on.commit}; ` +
    `${on.date.slice(0, 10)}; ${on.rounds} rounds of ${on.seconds} s; load at the start ${on.load.toFixed(1)}\n`;

async function runAll(chosen) {
    mkdirSync(out, { recursive: true });
    const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
    const seconds = Number(options.seconds ?? (options.quick ? 0.3 : 2));
    const bench = new Bench({ rounds, seconds, quick: options.quick, out });
    const report = { machine: { ...machine(), rounds, seconds }, rows: bench.rows };
    for (const name of chosen) {
        const scenario = await import(new URL(`${name}.mjs`, folder));
        const before = bench.rows.length;
        try {
            await scenario.run(bench);
        } catch (problem) {
            process.exitCode = 1;
            console.error(`${name}: ${problem.stack}`);
            bench.fail(scenario.rows, problem);
        } finally {
            await bench.endScenario();
        }
        for (const row of bench.rows.slice(before)) row.scenario = name;
        writeFileSync(results, JSON.stringify(report, undefined, 1));
        writeFileSync(path.join(out, "results.md"), page(report));
        process.stdout.write(`\n${name}\n\n${table(bench.rows.slice(before))}\n`);
    }
    bench.end();
    process.stdout.write(`\n${page(report)}`);
}

const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
    console.error(`There is no scenario ${unknown.join(", ")}; there are ${names.join(", ")}.`);
    process.exitCode = 2;
} else if (options.list) {
    console.log(names.join("\n"));
} else if (options.table) {
    process.stdout.write(page(JSON.parse(readFileSync(results, "utf8"))));
} else {
    await runAll(wanted.length > 0 ? wanted : names);
}
