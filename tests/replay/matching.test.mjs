// SPDX-License-Identifier: MIT
// Which requests are the same, and which are not; what a miss says, and that what it advises is true.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { cassetteOf, inTurn, seedOf } from "./support/cassettes.mjs";
import { ask, missOf, sourceOf, startReplay, strictly } from "./support/replay.mjs";

const failing = ["--on-miss", "fail"];
const asJson = "Content-Type: application/json";
const asForm = "Content-Type: application/x-www-form-urlencoded";

/** A request: `[method, target, fields, body]`; /N in a target is the row's own path. */
const get = (target, ...fields) => ["GET", target, fields];
const json = (body, ...fields) => ["POST", "/N", [asJson, ...fields], body];
const form = (body) => ["POST", "/N", [asForm], body];

function multipart(boundary, ...parts) {
    const lines = parts.flatMap(([head, content]) =>
        [`--${boundary}`, `Content-Disposition: form-data; ${head}`, "", content],
    );
    const body = [...lines, `--${boundary}--`, ""].join("\r\n");
    return ["POST", "/N", [`Content-Type: multipart/form-data; boundary=${boundary}`], body];
}

const gzipped = (text) =>
    ["POST", "/N", [asJson, "Content-Encoding: gzip"], gzipSync(text).toString("latin1")];

/** A request at the path of row `i`. */
const atRow = ([method, target, fields, body], i) => [method, target.replace("/N", `/row/${i}`), fields, body];

const headerOf = (line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()];
const bodyOf = (text) => (/[^\0-\x7f]/.test(text) ? { base64: Buffer.from(text, "latin1").toString("base64") } : text);

/** As an exchange of a cassette, whose answer is `body`. */
function recorded([method, target, fields, body], answer) {
    const requestHeaders = [["Host", "stack.example"], ...fields.map(headerOf)];
    return [target, { method, requestHeaders, ...(body && { requestBody: bodyOf(body) }), body: answer }];
}

const send = (replay, [method, target, fields, body]) => ask(replay.url, method, target, fields, body);

/** Replays the first request of every row, and sends the second: the answers. */
async function play(t, rows, options) {
    const frames = inTurn(...rows.map(([, request], i) => recorded(atRow(request, i), `row ${i}`)));
    const replay = await startReplay(t, await cassetteOf(t, frames), options);
    const answers = [];
    for (const [i, [, , request]] of rows.entries()) answers.push(await send(replay, atRow(request, i)));
    return { replay, answers };
}

/** Names of rows with the texts that their answers had. */
const named = (rows, answers) => rows.map(([name], i) => [name, answers[i].text]);
const matched = (rows) => rows.map(([name], i) => [name, `row ${i}`]);

const secret = (kind) => `fe~${kind}~k3j9w2m5x7q1r8t4`;

const same = [
    ["escapes of what needs none", get("/N/%7Euser%2D1"), get("/N/~user-1")],
    ["an escape's case", get("/N/caf%c3%a9"), get("/N/caf%C3%A9")],
    ["the order of a query", get("/N?a=1&b=2&a=3"), get("/N?b=2&a=1&a=3")],
    ["a space in a query", get("/N?q=a+b"), get("/N?q=a%20b")],
    ["fields that select nothing", get("/N", "User-Agent: one/1", "Traceparent: 00-1", "X-Request-Id: 7"),
        get("/N", "user-agent: other/2", "Accept-Encoding: br", "Origin: http://app", "Cookie: a=b")],
    ["who asks", get("/N", `Authorization: Bearer ${secret("bearer")}`), get("/N", "Authorization: Bearer live")],
    ["a field's case", get("/N", "ACCEPT: text/plain"), get("/N", "accept: text/plain")],
    ["the order of members", json('{"a":1,"b":{"c":2,"d":[3]}}'), json('{"b": {"d": [3], "c": 2}, "a": 1}')],
    ["a number's spelling", json('[1.0,100,-0.50,1e3,0]'), json('[1,1e2,-5E-1,1000.0,0.0]')],
    ["a big number's spelling", json('[12345678901234567890]'), json('[1.2345678901234567890e19]')],
    ["a string's escapes", json('{"\\u0061":"\\u0041\\/"}'), json('{"a":"A/"}')],
    ["JSON that says it is a stream of octets", json('{"a":1, "b":2}'),
        ["POST", "/N", ["Content-Type: application/octet-stream"], '{"b":2,"a":1}']],
    ["a content coding", json('{"a":1,"b":2}'), gzipped('{"b":2,"a":1}')],
    ["how the body is framed", json('{"a":1}'), ["POST", "/N", [asJson, "Transfer-Encoding: chunked"],
        '3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n']],
    ["the order of a form", form("a=1&b=2&a=3"), form("b=2&a=1&a=3")],
    ["a form's escapes", form("q=a+b&r=%7E"), form("q=a%20b&r=~")],
    ["a boundary", multipart("one", ['name="a"', "1"], ['name="b"; filename="f.txt"', "2"]),
        multipart("---other", ['name="a"', "1"], ['name="b"; filename="f.txt"', "2"])],
    ["the order of parts", multipart("x", ['name="a"', "1"], ['name="b"', "2"]),
        multipart("x", ['name="b"', "2"], ['name="a"', "1"])],
    ["a password, whatever it is", json(`{"user":"me","password":"${secret("password")}"}`),
        json('{"user":"me","password":"another"}')],
    ["a token in a query", get(`/N?access_token=${secret("access_token")}&a=1`), get("/N?a=1&access_token=live")],
    ["a secret in a form", form(`client_id=me&client_secret=${secret("client_secret")}`),
        form("client_secret=guess&client_id=me")],
];

test("requests that mean the same are the same", async (t) => {
    const { replay, answers } = await play(t, same, { args: strictly });
    assert.deepEqual(named(same, answers), matched(same));
    await replay.stop();
});

/** A row's `[part, name, asked, recorded]` is the difference that its miss must tell; null: there is none of it. */
const different = [
    ["another method", get("/N"), ["DELETE", "/N", []], ["method", "", "DELETE", "GET"]],
    ["another path", get("/N/a"), get("/N/b"), ["path", "", "/row/1/b", "/row/1/a"]],
    ["a path's case", get("/N/a"), get("/N/A"), ["path", "", "/row/2/A", "/row/2/a"]],
    ["another value in a query", get("/N?a=1"), get("/N?a=2"), ["query", "a", "2", "1"]],
    ["one more in a query", get("/N?a=1"), get("/N?a=1&b=2"), ["query", "b", "2", null]],
    ["what looks like an id or a date", get("/N?day=2031-04-05"), get("/N?day=2032-06-07"),
        ["query", "day", "2032-06-07", "2031-04-05"]],
    ["what is accepted", get("/N", "Accept: text/plain"), get("/N", "Accept: text/html"),
        ["header", "accept", "text/html", "text/plain"]],
    ["which part is wanted", get("/N"), get("/N", "Range: bytes=0-3"), ["header", "range", "bytes=0-3", null]],
    ["another member", json('{"a":{"b":1}}'), json('{"a":{"b":2}}'), ["body", "/a/b", "2", "1"]],
    ["a member too much", json('{"a":1}'), json('{"a":1,"b~/c":2}'), ["body", "/b~0~1c", "2", null]],
    ["a member too few", json('{"a":1,"b":null}'), json('{"a":1}'), ["body", "/b", null, "null"]],
    ["a number and a string", json('{"a":1}'), json('{"a":"1"}'), ["body", "/a", '"1"', "1"]],
    ["numbers that no double tells apart", json("[12345678901234567890]"), json("[12345678901234567891]"),
        ["body", "/0", "12345678901234567891", "12345678901234567890"]],
    ["a form's value", form("a=1"), form("a=2"), ["body", "a", "2", "1"]],
    ["no password at all", json(`{"user":"me","password":"${secret("password")}"}`), json('{"user":"me","password":""}'),
        undefined],
];

test("requests that differ in one part are not, and the miss says in which", async (t) => {
    const { replay, answers } = await play(t, different, { args: failing });
    for (const [i, [name, , , difference]] of different.entries()) {
        const id = missOf(answers[i], "fail");
        assert.equal(answers[i].status, 501, name);
        const [nearest] = JSON.parse(answers[i].text).nearest;
        assert.equal(nearest.seq, i + 1, name);
        const [part, partName, asked, was] = difference ?? [];
        const said = nearest.differences.map((one) =>
            [one.part, one.name ?? "", one.asked ?? null, one.recorded ?? null]);
        if (difference) assert.deepEqual([said, nearest.differenceCount], [[[part, partName, asked, was]], 1], name);
        assert.ok(replay.stderr.includes(id), name);
    }
});

test("a miss explains itself, in the answer as among the misses, and equal ones are one", async (t) => {
    const frames = inTurn(...["/a?n=1", "/a?n=2", "/a?n=3", "/a?n=4", "/b"].map((target) => recorded(get(target), "-")));
    const cassette = await cassetteOf(t, frames);
    const replay = await startReplay(t, cassette, { args: failing });
    const answer = await send(replay, get("/a?n=9"));
    assert.equal(sourceOf(await send(replay, get("/a?n=9"))), sourceOf(answer));
    missOf(await send(replay, get("/nothing/like/it")), "fail");
    assert.match(answer.fields.find(([name]) => name === "Content-Type")[1], /^application\/problem\+json/);
    const problem = JSON.parse(answer.text);
    assert.equal(problem.id, missOf(answer, "fail"));
    assert.equal(problem.why, "unknown");
    assert.equal(typeof problem.reason, "string");
    assert.equal(problem.nearest.length, 3);
    assert.deepEqual(problem.nearest.map(({ seq }) => seq), [1, 2, 3]);
    const { method, target, cassette: file } = problem.nearest[0];
    assert.deepEqual({ method, target, file }, { method: "GET", target: "/a?n=1", file: cassette });
    assert.equal(typeof problem.advice, "string");

    const { misses } = await replay.ask("GET", "/_emulate/misses");
    assert.deepEqual(misses.map(({ count, method: how, target: what, answered }) => [count, how, what, answered]), [
        [2, "GET", "/a?n=9", "fail"], [1, "GET", "/nothing/like/it", "fail"],
    ]);
    for (const key of ["id", "why", "reason", "nearest", "advice"]) assert.deepEqual(misses[0][key], problem[key], key);
    assert.equal(replay.stderr.split(problem.reason).length - 1, 1, replay.stderr);
});

test("no secret is told", async (t) => {
    const rows = [
        ["query", get(`/N?access_token=${secret("access_token")}&a=1`), get("/N?access_token=live-one&a=2")],
        ["JSON", json(`{"password":"${secret("password")}","a":1}`), json('{"password":"live-two","a":2}')],
        ["form", form(`client_secret=${secret("client_secret")}&a=1`), form("client_secret=live-three&a=2")],
        ["field", get("/N?a=1"), get("/N?a=2", "Authorization: Bearer live-four")],
    ];
    const { replay, answers } = await play(t, rows, { args: failing });
    const { misses } = await replay.ask("GET", "/_emulate/misses");
    assert.equal(misses.length, rows.length);
    const journal = await replay.ask("GET", "/_emulate/journal");
    const told = [JSON.stringify(misses), JSON.stringify(journal), replay.stderr, ...answers.map(({ text }) => text)];
    for (const text of told) assert.doesNotMatch(text, /live-(one|two|three|four)/);
});

/** What differs can be ignored: the rule that the miss gives is a seed file. */
const advised = [
    ["a query", get("/N?ts=1&a=1"), get("/N?ts=2&a=1")],
    ["a query of strange name", get("/N?t%20s%5B%5D=1"), get("/N?t%20s%5B%5D=2")],
    ["a field", get("/N", "Accept: text/plain"), get("/N", "Accept: text/html")],
    ["a member", json('{"a":{"id":1},"b":2}'), json('{"a":{"id":7},"b":2}')],
    ["a member of strange name", json(`{"it's ~ \\"a/b\\": c":1}`), json(`{"it's ~ \\"a/b\\": c":7}`)],
    ["an element", json("[1,[2,3]]"), json("[1,[2,4]]")],
    ["several", json('{"a":1,"b":2,"c":3}'), json('{"a":7,"b":8,"c":3}')],
    ["a path that patterns would be made of", get("/N/a*b/**?q=1"), get("/N/a*b/**?q=2")],
];

for (const row of advised) {
    test(`the advice is true: ${row[0]}`, async (t) => {
        const { answers: [miss] } = await play(t, [row], { args: failing });
        const { rule } = JSON.parse(miss.text);
        assert.ok(rule, miss.text);
        const { answers: [answer] } = await play(t, [row], { seed: await seedOf(t, rule), args: strictly });
        assert.equal(answer.text, "row 0");
    });
}

const ruleSeed = `
server:
  rules:
    - path: "/row/**"
      ignore_query: [ts, trace]
      ignore_headers: [Accept]
      ignore_body: [/id, /list/0/at]
    - path: "/row/*/tenant"
      match_headers: [X-Tenant]
`;

const sameByRule = [
    ["a query", get("/N?a=1&ts=1"), get("/N?a=1&ts=2&trace=3")],
    ["a field", get("/N", "Accept: text/plain"), get("/N", "Accept: text/html")],
    ["a member and all in it", json('{"id":{"x":1},"a":1}'), json('{"a":1,"id":[2,3]}')],
    ["a member deep down", json('{"list":[{"at":1,"n":1}]}'), json('{"list":[{"at":2,"n":1}]}')],
    ["a field that counts", get("/N/tenant", "X-Tenant: a"), get("/N/tenant", "x-tenant: a")],
];
const differentByRule = [
    ["another query", get("/N?a=1&ts=1"), get("/N?a=2&ts=1")],
    ["another field", get("/N", "Accept-Language: en"), get("/N", "Accept-Language: de")],
    ["another element", json('{"list":[{"at":1},{"at":1}]}'), json('{"list":[{"at":1},{"at":2}]}')],
    ["a field that counts", get("/N/tenant", "X-Tenant: a"), get("/N/tenant", "X-Tenant: b")],
];

test("rules say what does not count, and what does", async (t) => {
    const seed = await seedOf(t, ruleSeed);
    const { replay, answers } = await play(t, sameByRule, { seed, args: strictly });
    assert.deepEqual(named(sameByRule, answers), matched(sameByRule));
    await replay.stop();
    const { answers: misses } = await play(t, differentByRule, { seed, args: failing });
    misses.forEach((answer) => missOf(answer, "fail"));
});

const lenient = [
    ["what is accepted", get("/N", "Accept: text/plain"), get("/N", "Accept: text/html")],
    ["null and nothing", json('{"a":1,"b":null}'), json('{"a":1}')],
];
const methodPath = [
    ...lenient,
    ["the query", get("/N?a=1"), get("/N?b=2")],
    ["the body", json('{"a":1}'), form("a=2")],
];

test("profiles", async (t) => {
    const kinds = async (profile) => {
        const { answers } = await play(t, methodPath, { args: [...failing, ...profile] });
        return answers.map(({ status }) => status === 200);
    };
    assert.deepEqual(await kinds([]), [false, false, false, false]);
    assert.deepEqual(await kinds(["--match", "strict"]), [false, false, false, false]);
    assert.deepEqual(await kinds(["--match", "lenient"]), [true, true, false, false]);
    assert.deepEqual(await kinds(["--match", "method-path"]), [true, true, true, true]);
});

test("nothing is matched from beyond a write, however little counts", async (t) => {
    const frames = inTurn(
        recorded(get("/thing?ts=1"), "old"), recorded(["POST", "/thing", [], "x"], "done"),
        recorded(get("/thing?ts=2"), "new"),
    );
    const cassette = await cassetteOf(t, frames);
    const seed = await seedOf(t, 'server: {rules: [{path: "/thing", ignore_query: [ts]}]}\n');
    for (const options of [{ seed, args: strictly }, { args: [...strictly, "--match", "method-path"] }]) {
        const replay = await startReplay(t, cassette, options);
        const read = async (ts) => (await send(replay, get(`/thing?ts=${ts}`))).text;
        assert.deepEqual([await read(2), await read(3)], ["old", "old"]);
        assert.equal((await send(replay, ["POST", "/thing", [], "x"])).text, "done");
        assert.deepEqual([await read(1), await read(1)], ["new", "new"]);
        await replay.stop();
    }
});

test("each cassette's secrets are its own", async (t) => {
    const names = { redaction: { version: 1, secrets: "replaced", also: ["pin"] } };
    const both = inTurn(recorded(get("/a?pin=1"), "one"), recorded(get("/a?pin=2"), "two"));
    const plain = await cassetteOf(t, both, "plain");
    const also = inTurn(recorded(get(`/b?pin=${secret("pin")}`), "any"));
    Object.assign(also[0], names);
    const replay = await startReplay(t, [plain, await cassetteOf(t, also, "also")], { args: failing });
    assert.equal((await send(replay, get("/a?pin=2"))).text, "two");
    missOf(await send(replay, get("/a?pin=3")), "fail");
    assert.equal((await send(replay, get("/b?pin=4711"))).text, "any");
});
