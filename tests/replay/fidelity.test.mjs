// SPDX-License-Identifier: MIT
// What was recorded is replayed as it was, byte for byte: every case of ../record, with its upstream gone. What
// may differ is listed in support/likeness.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { answerCases } from "../record/support/answer_cases.mjs";
import { readCassette } from "../record/support/cassette.mjs";
import { connectionCases } from "../record/support/connection_cases.mjs";
import { breaks, leavesAtPost, refusals, unasked } from "../record/support/failure_cases.mjs";
import { meetThrough } from "../record/support/fidelity.mjs";
import { startRecorder, temporaryFolder } from "../record/support/recorder.mjs";
import { requestCases } from "../record/support/request_cases.mjs";
import { answersOf, cookieRow, locationRows, startTable } from "../record/support/rewriting_cases.mjs";
import { always, deadPort, startUpstream } from "../record/support/upstream.mjs";
import { chunked, connectTo, message, valueOf } from "../record/support/wire.mjs";
import { cassetteOf, inTurn } from "./support/cassettes.mjs";
import { replayFidelity } from "./support/fidelity.mjs";
import { assertReplayed } from "./support/likeness.mjs";
import { ask, missOf, sourceOf, startReplay, strictly } from "./support/replay.mjs";

/**
 * An upstream may answer before it has the whole request. In replay the whole request says which recording is
 * its answer, so clients who wait for the one before they send the other cannot be served; these have their tests
 * below, in which they do not wait.
 */
const answeredEarly = [
    "a client that is told not to go on",
    "413 while the upload is under way",
    "200 while the upload is under way, which then goes on to its end",
];

replayFidelity("answers", answerCases);
replayFidelity("requests", requestCases.filter(({ name }) => !answeredEarly.includes(name)));
replayFidelity("connections", connectionCases);
replayFidelity("instead of an answer", refusals);
replayFidelity("in mid-answer", breaks);
replayFidelity("once more", [
    { name: "what followed an answer unasked is nobody's answer", ...unasked },
    { name: "an upstream that left at a POST", ...leavesAtPost },
    { name: "nobody listened", answer: "", at: `http://127.0.0.1:${await deadPort()}` },
]);

const early = Object.fromEntries(requestCases.map((given) => [given.name, given]));

/** Records an upstream that answers early, and starts its replay. */
async function replayEarly(t, name) {
    const { recorder } = await meetThrough(t, early[name]);
    return startReplay(t, recorder.cassette, { args: ["--on-miss", "fail"] });
}

test("413 was the answer to what was sent until then", async (t) => {
    const replay = await replayEarly(t, "413 while the upload is under way");
    const chunks = chunked(["first"]).toString();
    const answer = await ask(replay.url, "POST", "/upload", ["Transfer-Encoding: chunked"], chunks);
    assert.deepEqual([answer.status, answer.text, sourceOf(answer)], [413, "big", "replay;seq=1"]);
});

test("an answer that began early comes when its request is whole", async (t) => {
    const replay = await replayEarly(t, "200 while the upload is under way, which then goes on to its end");
    const answer = await ask(replay.url, "POST", "/upload", [], "firstother");
    assert.deepEqual([answer.text, answer.sizes], ["earlylate", ["5", "4", "0"]]);
});

test("a body that was never sent is none", async (t) => {
    const replay = await replayEarly(t, "a client that is told not to go on");
    missOf(await ask(replay.url, "POST", "/upload", ["Expect: 100-continue"], "hello"), "fail");
    const answer = await ask(replay.url, "POST", "/upload", ["Content-Length: 0"]);
    assert.deepEqual([answer.status, answer.text], [417, "no"]);
});

test("a client of HTTP/1.0 is answered as such", async (t) => {
    const body = message("HTTP/1.1 200 OK", ["Transfer-Encoding: chunked", "X-Kept: yes"], chunked(["one", "two"]));
    const upstream = await startUpstream(t, always(body));
    const recorder = await startRecorder(t, upstream.url);
    const old = async (url) => {
        const wire = await connectTo(url);
        await wire.send("GET /old HTTP/1.0\r\n\r\n");
        const answer = await wire.answer();
        wire.close();
        return { answers: [answer], host: new URL(url).host };
    };
    const recorded = await old(recorder.url);
    await recorder.stopOnce();
    const replay = await startReplay(t, recorder.cassette, { args: strictly });
    const replayed = await old(replay.url);
    assert.equal(replayed.answers[0].framing, "close");
    assertReplayed(replayed, recorded, (await readCassette(recorder.cassette)).exchanges);
});

test("addresses and cookies are as they were, on a listener with TLS, too", async (t) => {
    const args = ["--listen", "https://127.0.0.1:0", "--tls-dir", await temporaryFolder(t)];
    const rows = [cookieRow, ...locationRows];
    const { upstream, recorder } = await startTable(t, rows, { args });
    const answersFrom = async (url) => ({ answers: await answersOf(url, rows.length), host: new URL(url).host });
    const [plain, secure] = [await answersFrom(recorder.url), await answersFrom(recorder.otherUrl)];
    await recorder.stopOnce();
    await upstream.close();
    const { exchanges } = await readCassette(recorder.cassette);
    const replay = await startReplay(t, recorder.cassette, { args: [...args, ...strictly] });
    assertReplayed(await answersFrom(replay.url), plain, exchanges);
    assertReplayed(await answersFrom(replay.urls[1]), secure, exchanges);
});

test("what an upstream by https said of itself is true of us", async (t) => {
    const headers = [
        ["Location", "https://stack.example:443/next"], ["Content-Location", "https://STACK.example/here"],
        ["Link", "<https://stack.example/a>; rel=next"], ["Set-Cookie", "a=b; Domain=.stack.example; Secure; HttpOnly"],
    ];
    const cassette = await cassetteOf(t, inTurn(["/", { status: 302, reason: "Found", headers }]));
    const replay = await startReplay(t, cassette, { args: strictly });
    const { fields } = await ask(replay.url, "GET", "/");
    const said = ["location", "content-location", "link", "set-cookie"].map((name) => valueOf(fields, name));
    assert.deepEqual(said, [
        `${replay.url}/next`, `${replay.url}/here`, "<https://stack.example/a>; rel=next", "a=b; HttpOnly",
    ]);
    await replay.stop();
});

test("a coded answer that held a secret comes whole, and without its coding", async (t) => {
    const secret = "a-secret-that-nobody-sees";
    const body = gzipSync(`{"password":"${secret}","rest":"${"rest ".repeat(500)}"}`);
    const fields = ["Content-Type: application/json", "Content-Encoding: gzip", `Content-Length: ${body.length}`];
    const upstream = await startUpstream(t, always(message("HTTP/1.1 200 OK", fields, body)));
    const recorder = await startRecorder(t, upstream.url);
    const accepting = ["Accept-Encoding: gzip"];
    assert.equal(valueOf((await ask(recorder.url, "GET", "/", accepting)).fields, "content-encoding"), "gzip");
    await recorder.stopOnce();
    const replay = await startReplay(t, recorder.cassette, { args: strictly });
    const answer = await ask(replay.url, "GET", "/", accepting);
    assert.equal(valueOf(answer.fields, "content-encoding"), undefined);
    const { password, rest } = JSON.parse(answer.text);
    assert.match(password, /^fe~password~/);
    assert.deepEqual([rest, answer.whole], ["rest ".repeat(500), true]);
    await replay.stop();
});
