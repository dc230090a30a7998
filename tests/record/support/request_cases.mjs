// SPDX-License-Identifier: MIT
// Requests of every shape.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";

import { answering } from "./upstream.mjs";
import { chunked, message, request } from "./wire.mjs";

const answer = message("HTTP/1.1 200 OK", ["Content-Length: 4"], "done");
const text = "Content-Type: text/plain";
const isChunked = "Transfer-Encoding: chunked";
const post = (fields, body) => request("POST", "/upload", fields, body);
const sized = (fields, body) => post([...fields, `Content-Length: ${body.length}`], body);
const allBytes = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
const longTarget = `/${"segment/".repeat(500)}?${"name=value&".repeat(300)}`;

/** One request with each of the targets, on one connection. */
const targets = (...list) => async ({ connect }) => {
    const wire = await connect();
    const answers = [];
    for (const target of list) {
        await wire.send(request("GET", target));
        answers.push(await wire.answer());
    }
    return answers;
};

/** One request with each of the methods. */
const methods = (...list) => async ({ connect }) => {
    const wire = await connect();
    const answers = [];
    for (const method of list) {
        await wire.send(request(method, "/thing"));
        answers.push(await wire.answer(method));
    }
    return answers;
};

/** Sends each part when the upstream has had the one before. */
const stepByStep = (head, parts) => async ({ connect, meeting }) => {
    const wire = await connect();
    await wire.send(head);
    for (const [i, part] of parts.entries()) {
        await meeting.heard(`ready for ${i}`);
        await wire.send(part);
    }
    return [await wire.answer("POST")];
};

/** The upstream's side of it. */
const confirming = (parts) => async (wire, { requests, meeting }) => {
    const head = await wire.requestHead();
    const body = [];
    for (const [i, part] of parts.entries()) {
        meeting.tell(`ready for ${i}`);
        body.push(await wire.take(part.length));
    }
    const data = Buffer.concat(body);
    requests.push({ ...head, framing: "raw", data, stored: whole, sizes: [], trailers: [], whole: true });
    await wire.send(answer);
};

const steps = (head, parts) => ({ client: stepByStep(head, parts), serve: confirming(parts) });

const pieces = ["one", "two and more", "3", "four".repeat(1000), "five"].map((piece) => Buffer.from(piece));
const chunksAndEnd = [...pieces.map((piece) => chunked([piece]).subarray(0, -5)), Buffer.from("0\r\n\r\n")];
const whole = Buffer.concat(pieces);

export const requestCases = [
    { name: "nothing but a Host", send: request("GET", "/"), answer },
    {
        name: "a body with its length",
        send: sized([text], "hello, world\n"),
        answer,
    },
    {
        name: "an empty body",
        send: sized([text], ""),
        answer,
    },
    {
        name: "POST without a body or a length",
        send: post([], ""),
        answer,
    },
    {
        name: "chunks of odd sizes, their lines spelled as nobody else does",
        send: post([text, isChunked], chunked([
            "a", ["00003", "bcd"], ["A", "0123456789"], ["a;name=value", "9876543210"],
            ['0b; a="x; y" ;b', "hello world"], "\r\n0\r\n\r\n", "z".repeat(4097),
        ])),
        answer,
    },
    {
        name: "no chunk but the last",
        send: post([isChunked], chunked([])),
        answer,
    },
    {
        name: "trailers",
        send: post([isChunked, "Trailer: X-Sum"], chunked(["some", "thing"], ["X-Sum: 17", "x-mood: fine"])),
        answer,
    },
    {
        name: "a body that comes byte by byte, head and all",
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.dribble(post([isChunked], chunked(["drop", "by", "drop"])));
            return [await wire.answer("POST")];
        },
        answer,
    },
    {
        name: "five chunks, each sent when the one before has arrived",
        ...steps(post([isChunked]), chunksAndEnd),
    },
    {
        name: "a body of known length, each piece sent when the one before has arrived",
        ...steps(post([`Content-Length: ${whole.length}`]), pieces),
    },
    {
        name: "gzip",
        send: sized([text, "Content-Encoding: gzip"], gzipSync("text ".repeat(1000)).toString("latin1")),
        answer,
    },
    {
        name: "every byte there is",
        send: sized(["Content-Type: application/octet-stream"], allBytes.toString("latin1")),
        answer,
    },
    {
        name: "a mebibyte in chunks of many sizes",
        send: post([isChunked], chunked(
            Array.from({ length: 200 }, (_, i) => Buffer.alloc(1 + ((i * 7919) % 10_000), i)),
        )),
        answer,
    },
    {
        name: "a form without its type, and a type that is no form's",
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(sized([], "a=b&c=d"));
            const first = await wire.answer("POST");
            await wire.send(sized(["Content-Type: x/y; z=\"application/x-www-form-urlencoded\""], "a=b&c=d"));
            return [first, await wire.answer("POST")];
        },
        answer,
    },
    {
        name: "fields that are there twice stay apart, and in their order",
        send: request("GET", "/", ["X-One: a", "X-Two: b", "X-One: c", "Accept: a/b", "accept: c/d", "X-One: a"]),
        answer,
    },
    {
        name: "fields without a value",
        send: request("GET", "/", ["X-Empty:", "Accept:", "User-Agent:   ", "X-Last: \t"]),
        answer,
    },
    {
        name: "names of strange spelling, and space around values",
        send: request("GET", "/", ["x-lOWeR: 1", "X_Under.Score!: 2", "USER-AGENT: me/1", "x:y", "X-Spaced:  \t a  b \t"]),
        answer,
    },
    {
        name: "values of bytes that are no text",
        send: request("GET", "/", ["X-Latin: caf\xe9", "X-Utf8: caf\xc3\xa9", "X-Rest: \x80\xff\xa0"]),
        answer,
    },
    {
        name: "a hundred fields",
        send: request("GET", "/", Array.from({ length: 100 }, (_, i) => `X-Field-${i}: ${"v".repeat(i)}`)),
        answer,
    },
    {
        name: "fields that a proxy likes to add or to change",
        send: request("GET", "/", [
            "X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1", "Origin: https://app.example",
            "Referer: https://app.example/page", "Cache-Control: no-cache", "Range: bytes=0-3", "From: x@y.example",
        ]),
        answer,
    },
    {
        name: "a long target",
        client: targets(longTarget),
        answer,
    },
    {
        name: "targets stay as they are spelled",
        client: targets(
            "/a%2fb%2Fc%20d%C3%A9", "/a/../b/./c//d/", "/?", "/?a=b&&c==d+%20?x/y", "/x;y=z,w", "//two/slashes",
            "/~user/'(quoted)*!$", "/.", "/..", "/%7Euser", "/a?b#no".replace("#", "%23"), "/{curly}|pipe|[square]",
        ),
        answer,
    },
    {
        name: "a query that looks like an address",
        client: targets("/go?to=http://127.0.0.1:1/elsewhere", "/http://127.0.0.1:1/elsewhere"),
        answer,
    },
    {
        name: "every method, and some that nobody knows",
        client: methods(
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "M-SEARCH", "X",
        ),
        serve: answering((wire, { method }) =>
            wire.send(method === "HEAD" ? message("HTTP/1.1 200 OK", ["Content-Length: 4"]) : answer),
        ),
    },
    {
        name: "a preflight is the upstream's to answer",
        method: "OPTIONS",
        send: request("OPTIONS", "/thing", [
            "Origin: https://app.example", "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Headers: x-one",
        ]),
        answer: message("HTTP/1.1 204 No Content", ["Access-Control-Allow-Origin: https://app.example"]),
    },
    ...["GET", "DELETE", "PROPFIND", "OPTIONS"].map((method) => ({
        name: `${method} with a body`,
        method,
        send: request(method, "/thing", ["Content-Length: 5"], "query"),
        answer,
    })),
    {
        name: "a path that only begins like one of ours",
        client: targets("/_emulated", "/_emulate-not/health", "/x/_emulate/health"),
        answer,
    },
    {
        name: "a client that waits to be told to go on",
        serve: async (wire, { requests }) => {
            const head = await wire.requestHead();
            await wire.send(message("HTTP/1.1 100 Continue", ["X-Go: on"]));
            requests.push({ ...head, ...(await wire.body(head.fields, { otherwise: "none" })) });
            await wire.send(answer);
        },
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(post(["Expect: 100-continue", "Content-Length: 5"]));
            const interim = await wire.answerHead();
            await wire.send("hello");
            const rest = await wire.answer("POST");
            return [{ ...rest, interim: [interim, ...rest.interim] }];
        },
    },
    {
        name: "a client that is told not to go on",
        serve: async (wire, { requests }) => {
            const head = await wire.requestHead();
            requests.push({ ...head });
            await wire.send(message("HTTP/1.1 417 Expectation Failed", ["Content-Length: 2", "Connection: close"], "no"));
            wire.finish();
        },
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(post(["Expect: 100-continue", "Content-Length: 5"]));
            return [await wire.answer("POST")];
        },
    },
    {
        name: "an answer to a client that does not wait to be told to go on",
        send: sized(["Expect: 100-continue"], "hello"),
        answer,
    },
    {
        name: "413 while the upload is under way",
        serve: async (wire, { requests }) => {
            const head = await wire.requestHead();
            await wire.take(5);
            requests.push({ ...head });
            await wire.send(message("HTTP/1.1 413 Too Large", ["Content-Length: 3", "Connection: close"], "big"));
            wire.finish();
        },
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(post([isChunked], chunked(["first"]).subarray(0, -5)));
            return [await wire.answer("POST")];
        },
    },
    {
        name: "200 while the upload is under way, which then goes on to its end",
        serve: async (wire, { requests, meeting }) => {
            const head = await wire.requestHead();
            await wire.send(message("HTTP/1.1 200 OK", [isChunked], chunked(["early"]).subarray(0, -5)));
            const body = await wire.body(head.fields, { otherwise: "none" });
            requests.push({ ...head, ...body });
            await wire.send(chunked(["late"]));
            await meeting.heard("answered");
        },
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(post(["Content-Length: 10"], "first"));
            const { interim, head } = await wire.heads();
            await wire.send("other");
            const body = await wire.answerBody(head, "POST");
            meeting.tell("answered");
            return [{ interim, ...head, ...body }];
        },
    },
    {
        name: "a wish for another protocol is not the upstream's to hear",
        send: request("GET", "/", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]),
        answer: message("HTTP/1.1 426 Upgrade Required", ["Content-Length: 0"]),
        then: ({ through }) => {
            const names = through.upstream.requests[0].fields.map(([name]) => name);
            assert.deepEqual(names, ["Host", "Sec-WebSocket-Version"]);
        },
    },
    {
        name: "fields for one hop end there",
        send: request("GET", "/", [
            "Connection: keep-alive, X-Mine", "X-Mine: private", "Keep-Alive: timeout=5", "TE: trailers", "X-Kept: yes",
        ]),
        answer: message("HTTP/1.1 200 OK", [
            "Connection: x-yours", "X-Yours: private", "Keep-Alive: timeout=7", "X-Kept: yes", "Content-Length: 0",
        ]),
        then: ({ through }) => {
            const [{ fields }] = through.upstream.requests;
            const names = [fields, through.answers[0].fields].flat().map(([name]) => name.toLowerCase());
            for (const name of ["x-mine", "x-yours", "te"]) assert.ok(!names.includes(name), name);
            assert.equal(names.filter((name) => name === "x-kept").length, 2);
        },
    },
];
