// SPDX-License-Identifier: MIT
// README.md and the man page say of the limits what the program says, row by row.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");

/** The part of a text behind a line, up to what ends it. */
function part(text, begin, end) {
    const [, rest] = text.split(`\n${begin}\n`);
    assert.ok(rest, `there is no "${begin}"`);
    return rest.split(end)[0].split("\n");
}

function limitsOfTheProgram() {
    const help = execFileSync(process.env.FE_BINARY, ["--help"], { encoding: "utf8" });
    const lines = part(help, "Limits, and what happens beyond them; numbers are statuses:", "\n\n");
    return lines.filter(Boolean).map((line) => /^ {2}(.{33}) (.{8}) (.*)$/.exec(line).slice(1).map((s) => s.trim()));
}

test("README.md has the program's limits", async () => {
    const lines = part(await read("README.md"), "## Limits", "\n## ");
    const rows = lines.filter((line) => line.startsWith("| ")).slice(1);
    assert.deepEqual(rows.map((line) => line.slice(2, -2).split(" | ")), limitsOfTheProgram());
});

test("the man page has them", async () => {
    const lines = part(await read("src/app/foundry-emulator.1"), ".Sh LIMITS", "\n.Sh ");
    const rows = lines.filter((line) => line.startsWith(".It "));
    assert.deepEqual(rows.map((line) => line.slice(4).split(" Ta ")), limitsOfTheProgram());
});
