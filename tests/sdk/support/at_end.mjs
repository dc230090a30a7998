// SPDX-License-Identifier: MIT
const stacks = new WeakMap();

/** Like t.after(), but what was started last is ended first; every step is taken, come what may. */
export function atEnd(t, step) {
    if (!stacks.has(t)) {
        stacks.set(t, []);
        t.after(() => unwind(stacks.get(t)));
    }
    stacks.get(t).push(step);
}

async function unwind(steps) {
    const problems = [];
    while (steps.length > 0) {
        try {
            await steps.pop()();
        } catch (problem) {
            problems.push(problem);
        }
    }
    if (problems.length > 0) throw problems[0];
}
