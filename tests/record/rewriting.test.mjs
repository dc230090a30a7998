// SPDX-License-Identifier: MIT
// What is rewritten so that a client stays with the recorder, and what looks like it and is not. The
// cassette holds what the upstream said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { readCassette } from "./support/cassette.mjs";
import { startRecorder, temporaryFolder } from "./support/recorder.mjs";
import {
    answersOf, cookieRow, cookies, locationRows, locations, redirect, spell, startTable,
} from "./support/rewriting_cases.mjs";
import { answering, startUpstream } from "./support/upstream.mjs";
import { chunked, connectTo, message, request, valueOf, valuesOf } from "./support/wire.mjs";

test("Location and Content-Location", async (t) => {
    const { upstream, recorder } = await startTable(t, locationRows);
    const answers = await answersOf(recorder.url, locationRows.length);
    locations.forEach(([sent, expected], i) => {
        const [said, wanted] = [sent, expected].map((text) => spell(text, upstream, recorder));
        assert.deepEqual(answers[i].fields.filter(([name]) => /location/i.test(name)), [
            ["Location", wanted], ["Content-Location", wanted], ["X-Location", said],
        ]);
    });
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    const withoutPassword = (url) => url.replace(/:[^:/@]+@/, ":@");
    exchanges.forEach(({ response: { fields } }, i) => {
        const said = withoutPassword(spell(locations[i][0], upstream, recorder));
        const recorded = [...valuesOf(fields, "location"), ...valuesOf(fields, "content-location")];
        assert.deepEqual(recorded.map(withoutPassword), [said, said]);
    });
});

test("the client's own name for the recorder is what it gets back", async (t) => {
    const { recorder } = await startTable(t, [({ url }) => redirect([`Location: ${url}/next`])]);
    const wire = await connectTo(recorder.url);
    const host = `localhost:${new URL(recorder.url).port}`;
    await wire.send(`GET /0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.equal(valueOf((await wire.answer()).fields, "location"), `http://${host}/next`);
    wire.close();
});

test("Origin and Referer that name the recorder name the upstream", async (t) => {
    const done = () => message("HTTP/1.1 200 OK", ["Content-Length: 0"]);
    const { upstream, recorder } = await startTable(t, [done]);
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", "/0", [
        "Origin: http://%HOST%", "Referer: http://%HOST%/page?x", "X-Origin: http://%HOST%",
    ]));
    await wire.answer();
    await wire.send(request("GET", "/0", ["Origin: https://app.example", "Referer: http://%HOST%.example/"]));
    await wire.answer();
    wire.close();
    const [own, foreign] = upstream.requests.map(({ fields }) => fields.slice(1));
    assert.deepEqual(own, [
        ["Origin", upstream.url], ["Referer", `${upstream.url}/page?x`], ["X-Origin", recorder.url],
    ]);
    assert.deepEqual(foreign, [["Origin", "https://app.example"], ["Referer", `${recorder.url}.example/`]]);
});

test("Set-Cookie, on a plain listener and on one with TLS", async (t) => {
    const folder = await temporaryFolder(t);
    const args = ["--listen", "https://127.0.0.1:0", "--tls-dir", folder];
    const { recorder } = await startTable(t, [cookieRow], { args });
    const [plain] = await answersOf(recorder.url, 1);
    assert.deepEqual(valuesOf(plain.fields, "set-cookie"), cookies.map(([, expected]) => expected));
    const [secure] = await answersOf(recorder.otherUrl, 1);
    assert.deepEqual(valuesOf(secure.fields, "set-cookie"), cookies.map(([, , expected]) => expected));
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    const attributes = (value) => value.split(";").slice(1);
    assert.deepEqual(
        valuesOf(exchanges[0].response.fields, "set-cookie").map(attributes),
        cookies.map(([value]) => attributes(value)),
    );
});

const typed = (type, fields = []) => (body) =>
    message("HTTP/1.1 200 OK", [`Content-Type: ${type}`, ...fields, `Content-Length: ${body.length}`], body);
const json = typed("application/json; charset=utf-8");
const mention = ({ url, host }) =>
    `{"url":"${url}/a","escaped":"${url.replaceAll("/", "\\/")}\\/b","bare":"${host}","other":"${url}0/a"}`;
const bodies = [
    (upstream) => json(mention(upstream)),
    (upstream) => typed("text/html")(`<a href="${upstream.url}/a">${upstream.url}</a>`),
    (upstream) => typed("application/problem+json")(mention(upstream)),
    (upstream) => message("HTTP/1.1 200 OK", ["Content-Type: application/json", "Transfer-Encoding: chunked"],
        chunked([...`["${upstream.url}/a"]`])),
    (upstream) => typed("text/plain")(`${upstream.url}/a`),
    (upstream) => typed("application/octet-stream")(`${upstream.url}/a`),
    (upstream) => typed("application/json", ["Content-Encoding: gzip"])(gzipSync(mention(upstream))),
];
const rewrittenCount = 4; // the first of these are

/** With our origin for the upstream's, spelled plainly or as JSON may; not for one that only begins like it. */
function rewritten(text, upstream, recorder) {
    const escaped = (url) => url.replaceAll("/", "\\/");
    return text
        .split(`${upstream.url}0`)
        .map((part) => part.replaceAll(upstream.url, recorder.url))
        .map((part) => part.replaceAll(escaped(upstream.url), escaped(recorder.url)))
        .join(`${upstream.url}0`);
}

const dataOf = (answers) => answers.map(({ data }) => data.toString("latin1"));

test("bodies are left alone", async (t) => {
    const { upstream, recorder } = await startTable(t, bodies);
    const straight = await answersOf(upstream.url, bodies.length);
    assert.deepEqual(dataOf(await answersOf(recorder.url, bodies.length)), dataOf(straight));
});

test("--rewrite-bodies puts our address into JSON and HTML", async (t) => {
    const { upstream, recorder } = await startTable(t, bodies, { args: ["--rewrite-bodies"] });
    const straight = await answersOf(upstream.url, bodies.length);
    const through = await answersOf(recorder.url, bodies.length);
    assert.ok(through.every(({ whole }) => whole));
    assert.deepEqual(dataOf(through), dataOf(straight).map((text, i) =>
        i < rewrittenCount ? rewritten(text, upstream, recorder) : text,
    ));
    await recorder.stopOnce();
    const { exchanges } = await readCassette(recorder.cassette);
    exchanges.forEach(({ response }, i) => assert.deepEqual(response.data, straight[i].data));
});

test("--rewrite-bodies asks for what it can read", async (t) => {
    const done = () => message("HTTP/1.1 200 OK", ["Content-Length: 0"]);
    const { upstream, recorder } = await startTable(t, [done], { args: ["--rewrite-bodies"] });
    const wire = await connectTo(recorder.url);
    await wire.send(request("GET", "/0", ["Accept-Encoding: gzip, br"]));
    await wire.answer();
    await wire.send(request("GET", "/0"));
    await wire.answer();
    wire.close();
    assert.deepEqual(upstream.requests.map(({ fields }) => valueOf(fields, "accept-encoding")), ["identity", undefined]);
});

test("redirects lead through the recorder, cookies and all, to the end", async (t) => {
    const upstream = await startUpstream(t, answering((wire, { target, fields }) => {
        const cookie = valueOf(fields, "cookie");
        const steps = {
            "/start": redirect([`Location: ${upstream.url}/login`, "Set-Cookie: step=first-of-two; Secure; SameSite=None"]),
            "/login": redirect([`Location: //${upstream.host}/home`, "Set-Cookie: step=other-of-two; Domain=localhost"]),
            "/home": message("HTTP/1.1 200 OK", [`Content-Length: ${cookie?.length ?? 0}`], cookie ?? ""),
        };
        return wire.send(steps[target]);
    }), { host: "localhost" });
    const recorder = await startRecorder(t, upstream.url);
    let [url, cookie, answer] = [new URL("/start", recorder.url), "", undefined];
    while (answer?.status !== 200) {
        assert.equal(url.host, recorder.host);
        const wire = await connectTo(url.origin);
        await wire.send(request("GET", url.pathname, cookie ? [`Cookie: ${cookie}`] : []));
        answer = await wire.answer();
        wire.close();
        const [set] = valuesOf(answer.fields, "set-cookie");
        if (set) {
            assert.doesNotMatch(set, /Secure|Domain|None/i);
            [cookie] = set.split(";");
        }
        url = new URL(valueOf(answer.fields, "location") ?? "", url);
    }
    assert.equal(answer.data.toString(), "step=other-of-two");
    await recorder.stopOnce();
    assert.deepEqual((await readCassette(recorder.cassette)).outcomes, ["ok", "ok", "ok"]);
});
