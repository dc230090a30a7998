// SPDX-License-Identifier: MIT
// ls, show and stats as scripts see them: whole, plain, one thing a line.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { demo, exchange, sealed, session, toLines } from "./support/frames.mjs";
import { tool, toolOk, workshop } from "./support/tool.mjs";

const rows = (stdout) => stdout.trimEnd().split("\n").slice(1).map((line) => line.trim().split(/ +/));

test("ls has a column for everything, and the outcome last", async (t) => {
    const { make } = await workshop(t);
    const { stdout } = await toolOk(["ls", await make(demo)]);
    assert.deepEqual(stdout.split("\n")[0].split(/ +/), ["SEQ", "TIME", "METHOD", "PATH", "STATUS", "BYTES", "MS", "OUTCOME"]);
    assert.deepEqual(rows(stdout), [
        ["1", "2026-01-31T12:00:00.001Z", "POST", "/multipass/api/oauth2/token", "200", "69", "12", "ok"],
        ["2", "2026-01-31T12:00:00.002Z", "GET", "/multipass/api/users?pageSize=2&token=", "200", "2", "12", "ok"],
        ["3", "2026-01-31T12:00:00.003Z", "GET", "/files/picture.png", "200", "8", "12", "ok"],
        ["4", "2026-01-31T12:00:00.004Z", "GET", "/multipass/api/me", "404", "13", "12", "ok"],
        ["5", "2026-01-31T12:00:00.005Z", "GET", "/slow", "-", "0", "60000", "timeout"],
    ]);
});

test("ls never cuts a path that is piped, and colours nothing", async (t) => {
    const { make } = await workshop(t);
    const target = `/${"x".repeat(3000)}?${"y".repeat(3000)}`;
    const file = await make(sealed([exchange(1, target), exchange(2, "/a")]));
    const { stdout } = await toolOk(["ls", file], { env: { COLUMNS: "40", TERM: "xterm" } });
    assert.equal(rows(stdout)[0][3], target);
    assert.equal(rows(stdout)[1].at(-1), "ok");
    assert.ok(!stdout.includes("\x1b"));
});

test("ls says what the recording did not come to finish", async (t) => {
    const { make } = await workshop(t);
    const file = await make([session(), ...exchange(1, "/a"), ...exchange(2, "/b", { body: "some" }).slice(0, -1)]);
    const { status, stdout, stderr } = await tool(["ls", file]);
    assert.equal(status, 0);
    assert.deepEqual(rows(stdout)[1].slice(4), ["200", "4", "0.5", "truncated"]);
    assert.match(stderr, /cut off within 1 exchange: 2\n$/);
});

test("ls takes several files", async (t) => {
    const { make } = await workshop(t);
    const one = await make(demo, "one");
    const two = await make(demo, "two");
    const { status, stdout, stderr } = await tool(["ls", one, `${one}.gone`, two]);
    assert.equal(status, 2);
    assert.match(stderr, /one\.gone: /);
    assert.match(stdout, /one:\nSEQ/);
    assert.match(stdout, /timeout\n\n.*two:\nSEQ/s);
});

test("show has the fields in their order, and JSON for the eye", async (t) => {
    const { make } = await workshop(t);
    const headers = [["b", "1"], ["A", "2"], ["b", "3"], ["Content-Type", "application/json"]];
    const body = '{"z":[1.50,{"a":"\\u00e9"}],"e":{},"l":[ ]}';
    const size = body.length;
    const end = { response: { bytes: size, wire: size, trailers: [["X-Sum", "7"]] } };
    const file = await make(sealed([exchange(1, "/x?y=1", { headers, body, end })]));
    const { stdout } = await toolOk(["show", file, "1"]);
    assert.equal(
        stdout.slice(stdout.indexOf("GET ")),
        `GET /x?y=1 HTTP/1.1
Host: stack.example

HTTP/1.1 200 OK
b: 1
A: 2
b: 3
Content-Type: application/json
-- ${size} bytes
{
  "z": [
    1.50,
    {
      "a": "\\u00e9"
    }
  ],
  "e": {},
  "l": []
}
-- trailers
X-Sum: 7
`,
    );
});

test("show takes codings off, and gives bytes of what is no text", async (t) => {
    const { make } = await workshop(t);
    const coded = { base64: gzipSync('{"a":1}').toString("base64") };
    const headers = [["content-encoding", "gzip"]];
    const broken = { base64: Buffer.from("no gzip at all\0").toString("base64") };
    const file = await make(sealed([
        exchange(1, "/coded", { headers, body: coded }),
        exchange(2, "/broken", { headers, body: broken }),
        exchange(3, "/stored-decoded", {
            headers, body: "plain", end: { response: { bytes: 5, wire: 25, decoded: "gzip" } },
        }),
    ]));
    assert.match((await toolOk(["show", file, "1"])).stdout, /gzip taken off for the eye\n\{\n {2}"a": 1\n\}\n$/);
    assert.match((await toolOk(["show", file, "2"])).stdout, /00000000 {2}6e 6f 20 67 .*\|no gzip at all\.\|\n$/);
    assert.match((await toolOk(["show", file, "3"])).stdout, /-- 25 bytes, stored without gzip, 5 bytes stored\nplain\n$/);
});

test("show tells where a body broke off", async (t) => {
    const { make } = await workshop(t);
    const brokenOff = (open) => ({ response: { bytes: 4, wire: 4, open } });
    const half = { body: "part", outcome: "truncated" };
    const file = await make(sealed([
        exchange(1, "/within", { ...half, end: brokenOff([100, 4]) }),
        exchange(2, "/behind", { ...half, cuts: [4], end: brokenOff([0, 0]) }),
    ]));
    assert.match((await toolOk(["show", file, "1"])).stdout, /-- 4 bytes, broke off within a chunk of 100 bytes\npart\n$/);
    assert.match(
        (await toolOk(["show", file, "2"])).stdout,
        /-- 4 bytes, 1 chunk, broke off behind the size of the last chunk\npart\n$/,
    );
});

test("show tells of interim answers, and of none", async (t) => {
    const { make } = await workshop(t);
    const frames = exchange(1, "/hints");
    frames.splice(1, 0, { kind: "interim", x: 1, t: 1100, status: 103, reason: "Early Hints", version: "1.1", headers: [["Link", "</a>"]] });
    const file = await make(sealed([frames, exchange(2, "/none", { status: 0, outcome: "refused", end: { note: "no such host" } })]));
    const { stdout } = await toolOk(["show", file, "1-2"]);
    assert.match(stdout, /HTTP\/1\.1 103 Early Hints\nLink: <\/a>\n\nHTTP\/1\.1 200 OK\n/);
    assert.match(stdout, /outcome +refused: no such host\n/);
    assert.match(stdout, /-- no answer\n$/);
});

test("show --body writes what is stored, byte for byte, however much", async (t) => {
    const { make } = await workshop(t);
    const pieces = Array.from({ length: 64 }, (_, i) => Buffer.alloc(65536, i));
    const total = pieces.length * 65536;
    const frames = exchange(1, "/big", { body: "" });
    frames.splice(2, 0, ...pieces.map((bytes, i) => ({
        kind: "response_body", x: 1, at: i * 65536, pace: [[1500 + i, 0]], bytes: { base64: bytes.toString("base64") },
    })));
    frames.at(-1).response = { bytes: total, wire: total };
    const file = await make(sealed([frames, exchange(2, "/post", { method: "POST", requestBody: "line\r\n" })]));
    const { output } = await toolOk(["show", file, "1", "--body", "response"]);
    const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");
    assert.equal(sum(output), sum(Buffer.concat(pieces)));
    assert.equal((await toolOk(["show", file, "2", "--body=request"])).stdout, "line\r\n");
    assert.equal((await toolOk(["show", file, "2", "--body=response"])).stdout, "");
});

test("stats counts", async (t) => {
    const { make } = await workshop(t);
    const { stdout } = await toolOk(["stats", await make(demo)]);
    const facts = new Map(stdout.split("\n").slice(1).map((line) => [line.slice(2, 13).trim(), line.slice(14)]));
    assert.equal(facts.get("exchanges"), "5");
    assert.equal(facts.get("sessions"), "1, sealed");
    assert.equal(facts.get("secrets"), "replaced");
    assert.equal(facts.get("methods"), "GET 4, POST 1");
    assert.equal(facts.get("statuses"), "200 3, 404 1, none 1");
    assert.equal(facts.get("outcomes"), "ok 4, timeout 1");
    assert.equal(facts.get("routes"), "/multipass/api 3, /files/picture.png 1, /slow 1");
    assert.match(facts.get("slowest"), /^1 min 0 s +#5 GET \/slow$/);
    assert.match(facts.get("largest"), /^69 bytes +#1 POST/);
    assert.match(facts.get("recorded"), /^2026-01-31T12:00:00.001Z to 2026-01-31T12:01:00.005Z, 1 min 0 s$/);
});

test("what can be read of a damaged file is shown", async (t) => {
    const { make } = await workshop(t);
    const file = await make(demo);
    await appendFile(file, Buffer.from([0x93, 1, 0xce, 0]));
    for (const command of ["ls", "stats"]) {
        const { status, stdout, stderr } = await tool([command, file]);
        assert.equal(status, 0, "a recording under way may end like this");
        assert.match(stderr, /4 bytes cannot be read/);
        assert.match(stdout, /60000|timeout 1/);
    }
});

test("no number in a file is too much", async (t) => {
    const { make } = await workshop(t);
    const odd = exchange(1, "/", { body: "x" });
    odd[0].t = -1;
    odd[2].pace = [["FIRST", 0]];
    odd.at(-1).t = "LAST";
    const big = (text) => text.replaceAll('"FIRST"', "-9223372036854775808").replaceAll('"LAST"', "9223372036854775807");
    const times = ["9999-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z", "yesterday"];
    const frames = times.flatMap((time) => sealed([odd], { time }));
    const file = (await make(demo)).replace("demo", "odd");
    await toolOk(["import", "--json", "-o", file], { input: big(toLines(frames)) });
    for (const command of [["ls"], ["stats"], ["show"]]) {
        const { stdout } = await toolOk([...command, file, ...(command[0] === "show" ? ["1-3"] : [])]);
        assert.ok(stdout.length > 0);
    }
});
