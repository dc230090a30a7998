// SPDX-License-Identifier: MIT
// Lives of a program in each of which another allocation fails; ../turns.c tells how.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { plainEnvironment, temporaryFolder } from "../../record/support/recorder.mjs";

/** FE_EVERY: every allocation; else one in so many, and FE_SEED says which. */
const every = Boolean(process.env.FE_EVERY);
const seed = Number(process.env.FE_SEED ?? 1);
export const stepOf = (step) => (every ? { first: 1, step: 1 } : { first: 1 + (seed % step), step });

const suppressions = fileURLToPath(new URL("../leaks.supp", import.meta.url));
const LSAN_OPTIONS = `suppressions=${suppressions}:print_suppressions=0`;

/**
 * Lives of FE_FAILING_EMULATOR (or another program) with these arguments, from the one whose allocation number
 * `first` fails, by steps, until none fails any more or `last` is passed. `meet(url, seen)` is called when one
 * serves; what it gives is in the life's `met`.
 */
export async function* lives(t, args, { program, first = 1, step = 1, last = Infinity, manner = "once", meet, env } = {}) {
    const path = program ?? process.env.FE_FAILING_EMULATOR;
    assert.ok(path, "FE_FAILING_EMULATOR must name the program with the failing heap");
    const child = spawn(path, args, {
        cwd: await temporaryFolder(t),
        stdio: ["pipe", "pipe", "inherit"],
        env: { ...plainEnvironment, LSAN_OPTIONS, ...env, FE_TURNS: `${first} ${step} ${manner}` },
    });
    const ended = once(child, "close");
    let answers;
    try {
        for await (const line of createInterface({ input: child.stdout })) {
            const told = JSON.parse(line);
            if (told.ready !== undefined) {
                answers = await meet?.(told.ready, told.seen);
                child.stdin.write("\n");
            } else {
                yield { ...told, answers };
                answers = undefined;
                if (told.at + step > last) break;
            }
        }
    } finally {
        child.kill();
        await ended;
    }
}

/** glibc's own end of a process, whose thread meets a library that has data for each, and there is none. */
const endedByGlibc = ({ code, stderr }) =>
    code === 127 && stderr === "cannot allocate memory for thread-local data: ABORT\n";

/** What holds for every life, whatever fails: unless it is as good as one without a fault, it says why it ends. */
export function assertEndsWell(life, { messages = /^(foundry-emulator|foundry-cassette): /, isWhole } = {}) {
    const shown = JSON.stringify(life);
    assert.ok(!life.hung, shown);
    assert.equal(life.signal, 0, shown);
    assert.doesNotMatch(life.stderr, /Sanitizer|runtime error/, life.stderr);
    if (isWhole ?? life.code === 0) return;
    if (endedByGlibc(life)) return;
    assert.ok(life.met && [1, 2].includes(life.code), shown);
    assert.match(life.stderr.trimEnd().split("\n").at(-1), messages, shown);
}
