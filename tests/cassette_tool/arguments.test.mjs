// SPDX-License-Identifier: MIT
// What is asked wrongly is answered in one line, with exit status 2.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { demo, exchange, sealed } from "./support/frames.mjs";
import { tool, toolOk, workshop } from "./support/tool.mjs";

const commands = [
    "ls", "show", "cat", "stats", "verify", "repair", "lint", "why", "diff", "merge", "split", "drop", "export",
    "import",
];

test("bad arguments get one line that says what and what to do", async (t) => {
    const { make, path } = await workshop(t);
    const file = await make(demo);
    const cases = [
        [[], /expected a command; see foundry-cassette --help/],
        [["lss", file], /there is no command lss; did you mean ls\?/],
        [["frobnicate"], /there is no command frobnicate; see foundry-cassette --help/],
        [["ls"], /ls: expected FILE\.\.\.; see foundry-cassette ls --help/],
        [["ls", "--colour", file], /ls: there is no option --colour; see/],
        [["drop", file, "1", "--ovewrite"], /there is no option --ovewrite; did you mean --overwrite\?/],
        [["drop", file, "1"], /drop: expected -o OUT/],
        [["drop", file, "1", "-o"], /--output: expected OUT behind it/],
        [["drop", file, "1", "--all-but=yes", "-o", path("x")], /--all-but takes no value/],
        [["drop", file, "one", "-o", path("x")], /one: expected the number of an exchange, or two as in 3-7/],
        [["drop", file, "4-6", "-o", path("x")], /there is no exchange 4-6; .* has 1 to 5/],
        [["show", file, "0"], /there is no exchange 0/],
        [["show", file, "1", "--body", "both"], /--body both: expected request or response/],
        [["repair", file, file], /repair: .* is one too many; expected FILE/],
        [["repair", "-"], /standard input has no place/],
        [["import", file, "-o", path("x")], /expected either --json or --har/],
        [["merge", "-o", file, file], /it exists already; give another name, or --overwrite/],
        [["merge", "-o", path("no/x"), file], /its folder does not exist/],
        [["split", file, "-o", path("d"), "--every", "0"], /--every 0: expected a whole number from 1 to/],
        [["split", file, "-o", path("d"), "--every", "2", "--by-path", "2"], /exclude each other/],
        [["why"], /why: expected FILE\.\.\.; see/],
        [["why", file, "--match", "exact"], /--match exact: expected strict, lenient or method-path/],
        [["why", file, "--nth", "0"], /--nth 0: expected a whole number from 1 to/],
        [["why", file], /standard input: line 1: expected a request, such as "GET /],
        [["ls", path("nowhere")], /nowhere: .*No such file/],
        [["ls", path(".")], /directory/],
    ];
    for (const [args, line] of cases) {
        const { status, stdout, stderr } = await tool(args);
        assert.match(stderr, line, args.join(" "));
        assert.match(stderr, /^foundry-cassette: [^\n]+\n$/, args.join(" "));
        assert.equal(status, 2, args.join(" "));
        assert.equal(stdout, "", args.join(" "));
    }
});

test("what is no cassette is said to be none", async (t) => {
    const { path } = await workshop(t);
    await writeFile(path("empty"), "");
    await writeFile(path("text"), "hello\n");
    for (const command of ["ls", "verify", "stats", "cat", "repair"]) {
        for (const name of ["empty", "text"]) {
            const { status, stderr } = await tool([command, path(name)]);
            assert.equal(status, 2);
            assert.match(stderr, /^foundry-cassette: .*(empty|text): not a cassette.*\n$/);
        }
    }
});

test("-- ends the options, and options may stand anywhere", async (t) => {
    const { make, path } = await workshop(t);
    await make(demo, "-odd");
    const { stdout } = await toolOk(["ls", "--", path("-odd")]);
    assert.match(stdout, /^SEQ/);
    await toolOk(["drop", `--output=${path("a")}`, path("-odd"), "1"]);
    await toolOk(["drop", path("-odd"), `-o${path("b")}`, "1"]);
    assert.deepEqual(await readFile(path("a")), await readFile(path("b")));
});

test("every command tells what it takes, and the manual page tells of it too", async () => {
    const page = await readFile(join(process.env.FE_SOURCE, "tools/foundry-cassette/foundry-cassette.1"), "utf8");
    const { stdout: all } = await toolOk(["--help"]);
    for (const command of commands) {
        assert.match(all, new RegExp(`^  ${command} `, "m"));
        assert.match(page, new RegExp(`Cm ${command}\\b|\\| ${command}\\b`));
        const { stdout } = await toolOk([command, "--help"]);
        assert.match(stdout, new RegExp(`^Usage: foundry-cassette ${command} `));
        for (const [, option] of stdout.matchAll(/^ +(?:-[a-z], )?--([a-z-]+)/gm)) {
            assert.ok(page.includes(`Fl -${option}`), `${command} --${option}`);
        }
        for (const line of stdout.split("\n")) {
            assert.ok(line.length <= 90, line);
        }
    }
    assert.match((await toolOk(["--version"])).stdout, /^foundry-cassette \d+\.\d+\.\d+\n$/);
});

test("a reader that has seen enough is no error, a full disk is one", async (t) => {
    const { make } = await workshop(t);
    const many = Array.from({ length: 2000 }, (_, i) => exchange(i + 1, `/${"long".repeat(30)}/${i}`));
    const file = await make(sealed(many));
    const child = spawn(process.env.FE_CASSETTE, ["ls", file], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (bytes) => (stderr += bytes));
    child.stdout.once("data", () => child.stdout.destroy());
    const [status] = await once(child, "close");
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });

    const full = await open("/dev/full", "w");
    const writer = spawn(process.env.FE_CASSETTE, ["ls", file], { stdio: ["ignore", full.fd, "pipe"] });
    let complaint = "";
    writer.stderr.on("data", (bytes) => (complaint += bytes));
    const [code] = await once(writer, "close");
    await full.close();
    assert.equal(code, 1);
    assert.match(complaint, /^foundry-cassette: standard output: .*\n$/);
});
