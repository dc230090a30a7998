// SPDX-License-Identifier: MIT
// An application's project that has the files of README.md's section on CI, and a test in each language. Its job is run
// as the workflow says, but for what installs packages: those of this machine are used.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { atEnd } from "./at_end.mjs";
import { demo, startEmulator } from "./emulator.mjs";

const packages = fileURLToPath(new URL("../node_modules/", import.meta.url));

/** The application's own tests: one asks Foundry who the user is, the other nothing. */
const tests = {
    "tests/test_app.py": `
import json
import urllib.request

def test_user(foundry):
    headers = {"Authorization": "Bearer ${demo.token}"}
    request = urllib.request.Request(foundry + "/api/v2/admin/users/getCurrent", headers=headers)
    assert json.load(urllib.request.urlopen(request))["username"] == "jane"

def test_nothing(foundry):
    pass
`,
    "tests/app.test.mjs": `
import { expect, test } from "vitest";

test("user", async () => {
    const headers = { Authorization: "Bearer ${demo.token}" };
    const response = await fetch(process.env.FOUNDRY_URL + "/api/v2/admin/users/getCurrent", { headers });
    expect((await response.json()).username).toBe("jane");
});

test("nothing", () => {});
`,
};

/** The blocks that begin with the name of the file that they are. */
function filesOf(markdown) {
    const blocks = markdown.matchAll(/^```\w+\n(?:#|\/\/) (\S+\/\S+|\S+\.mjs)\n(.*?)^```$/gms);
    return Object.fromEntries([...blocks].map(([, name, text]) => [name, text]));
}

async function makeProject(t, files, emulator) {
    const folder = await mkdtemp(join(tmpdir(), "project-"));
    atEnd(t, () => rm(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) {
        await mkdir(join(folder, dirname(name)), { recursive: true });
        await writeFile(join(folder, name), text);
    }
    await symlink(emulator, join(folder, "foundry-emulator"));
    await mkdir(join(folder, "node_modules"));
    for (const name of [".bin", "vitest"]) await symlink(join(packages, name), join(folder, "node_modules", name));
    return folder;
}

/** What runs a step as a runner does; gives its exit status, and what it said. */
async function startRunner(folder) {
    const paths = join(folder, "github-path");
    await writeFile(paths, "");
    return async (step) => {
        const added = (await readFile(paths, "utf8")).split("\n").filter(Boolean);
        const env = { ...process.env, GITHUB_PATH: paths, PATH: [...added, process.env.PATH].join(":") };
        const shell = spawn("sh", ["-e", "-c", step], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
        let said = "";
        for (const stream of [shell.stdout, shell.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
        const [status] = await once(shell, "close");
        return { status, said };
    };
}

/** The commands that make the cassettes, with another Foundry than README.md's. */
function recordingsOf(markdown, url) {
    const commands = markdown.match(/^FOUNDRY_EMULATOR_MODE=.*$/gm);
    return commands.map((command) => command.replace("https://stack.example", url));
}

export async function runInCi(t, markdown, emulator) {
    const files = filesOf(markdown);
    const run = await startRunner(await makeProject(t, { ...files, ...tests }, emulator));
    const runWell = async (step) => {
        const { status, said } = await run(step);
        assert.equal(status, 0, `${step}: ${said}`);
    };
    const steps = [...files[".github/workflows/test.yml"].matchAll(/^ +- run: (.*)$/gm)].map(([, step]) => step);
    const testing = steps.filter((step) => /^(pytest|npx) /.test(step));
    const others = steps.filter((step) => !testing.includes(step) && !step.startsWith("apt-get"));
    assert.deepEqual([testing.length, others.length], [2, 2]);

    for (const step of others) await runWell(step);
    const stack = await startEmulator(t, { seed: demo.seed });
    for (const command of recordingsOf(markdown, stack.url)) await runWell(command);
    await stack.stop();
    for (const step of testing) await runWell(step);

    for (const step of [`${testing[0]} -k nothing`, `${testing[1]} -t nothing`]) {
        const { status, said } = await run(step);
        assert.notEqual(status, 0, `${step}: ${said}`);
        assert.match(said, /recordings that were never used: 1/);
    }
}
