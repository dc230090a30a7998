// SPDX-License-Identifier: MIT
// Answers of every shape, as servers send them.
import assert from "node:assert/strict";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { answering } from "./upstream.mjs";
import { chunked, message, request } from "./wire.mjs";

const ok = "HTTP/1.1 200 OK";
const text = "Content-Type: text/plain";
const isChunked = "Transfer-Encoding: chunked";
const sized = (fields, body) => message(ok, [...fields, `Content-Length: ${body.length}`], body);
const allBytes = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
const page = Buffer.from("The quick brown fox jumps over the lazy dog. ".repeat(200));

/** Sends the head, and each part when the client has confirmed the one before; then, maybe, it closes. */
const stepByStep = (head, parts, closes) =>
    answering(async (wire, _request, { meeting }) => {
        await wire.send(head);
        for (const [i, part] of parts.entries()) {
            await meeting.heard(`part ${i}`);
            await wire.send(part);
        }
        if (closes) wire.finish();
    });

/** The client's side of it: it looks at the answer's raw bytes, and asks for the next part once it has one. */
const confirming = (parts, stored, closes) => async ({ connect, meeting }) => {
    const wire = await connect();
    await wire.send(request("GET", "/steps"));
    const { interim, head } = await wire.heads();
    const body = [];
    for (const [i, part] of parts.entries()) {
        meeting.tell(`part ${i}`);
        body.push(await wire.take(part.length));
    }
    if (closes) assert.equal(await wire.ended, "fin");
    const data = Buffer.concat(body);
    return [{ interim, ...head, framing: "raw", data, stored, sizes: [], trailers: [], whole: true }];
};

const pieces = ["one", "two and more", "3", "four".repeat(1000), "five"].map((piece) => Buffer.from(piece));
const chunksAndEnd = [...pieces.map((piece) => chunked([piece]).subarray(0, -5)), Buffer.from("0\r\n\r\n")];
const whole = Buffer.concat(pieces);
const steps = (head, parts, closes = false) => ({
    serve: stepByStep(head, parts, closes),
    client: confirming(parts, whole, closes),
});

export const answerCases = [
    {
        name: "a body with its length",
        answer: sized([text], Buffer.from("hello, world\n")),
    },
    {
        name: "an empty body",
        answer: sized([text], Buffer.alloc(0)),
    },
    {
        name: "chunks of odd sizes, their lines spelled as nobody else does",
        answer: message(ok, [text, isChunked], chunked([
            "a", ["00003", "bcd"], ["A", "0123456789"], ["a;name=value", "9876543210"],
            ['0b; a="x; y" ;b', "hello world"], "\r\n0\r\n\r\n", "z".repeat(4097),
        ])),
    },
    {
        name: "a body that comes byte by byte, head and all",
        serve: answering((wire) =>
            wire.dribble(message(ok, [text, isChunked], chunked(["drop", "by", "drop"])).toString("latin1")),
        ),
    },
    {
        name: "five chunks, each sent when the one before has arrived",
        ...steps(message(ok, [text, isChunked]), chunksAndEnd),
    },
    {
        name: "a body of known length, each piece sent when the one before has arrived",
        ...steps(message(ok, [text, `Content-Length: ${whole.length}`]), pieces),
    },
    {
        name: "no chunk but the last",
        answer: message(ok, [text, isChunked], chunked([])),
    },
    {
        name: "a mebibyte in chunks of many sizes",
        answer: message(ok, [isChunked], chunked(
            Array.from({ length: 200 }, (_, i) => Buffer.alloc(1 + ((i * 7919) % 10_000), i)),
        )),
    },
    {
        name: "gzip, with its length",
        send: request("GET", "/", ["Accept-Encoding: gzip"]),
        answer: sized([text, "Content-Encoding: gzip", "Vary: Accept-Encoding"], gzipSync(page)),
    },
    {
        name: "gzip, in chunks that do not care",
        send: request("GET", "/", ["Accept-Encoding: gzip, br"]),
        answer: message(ok, [text, "Content-Encoding: gzip", isChunked], chunked([
            gzipSync(page).subarray(0, 11), gzipSync(page).subarray(11),
        ])),
    },
    {
        name: "brotli",
        send: request("GET", "/", ["Accept-Encoding: br"]),
        answer: sized([text, "Content-Encoding: br"], brotliCompressSync(page)),
    },
    {
        name: "gzip that nobody asked for",
        answer: sized([text, "Content-Encoding: gzip"], gzipSync(page)),
    },
    {
        name: "every byte there is",
        answer: sized(["Content-Type: application/octet-stream"], allBytes),
    },
    {
        name: "fields that are there twice stay apart, and in their order",
        answer: sized(["X-One: a", "X-Two: b", "X-One: c", "Vary: A", "vary: B", "X-One: a"], page),
    },
    {
        name: "fields without a value",
        answer: sized(["X-Empty:", "X-Blank:   ", "X-Last: \t"], page),
    },
    {
        name: "names of strange spelling, and space around values",
        answer: sized(["x-lOWeR: 1", "X_Under.Score!: 2", "ETAG: \"3\"", "x:y", "X-Spaced:  \t a  b \t", "1: 2"], page),
    },
    {
        name: "values of bytes that are no text",
        answer: sized(["X-Latin: caf\xe9", "X-Utf8: caf\xc3\xa9", "X-Rest: \x80\xff\xa0"], page),
    },
    {
        name: "a hundred fields",
        answer: sized(Array.from({ length: 100 }, (_, i) => `X-Field-${i}: ${"v".repeat(i)}`), page),
    },
    {
        name: "a head that is larger than most take",
        answer: sized(Array.from({ length: 60 }, (_, i) => `X-Field-${i}: ${"v".repeat(900)}`), page),
    },
    {
        name: "a Date, a Server and CORS fields of its own",
        send: request("GET", "/", ["Origin: https://app.example"]),
        answer: sized([
            "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Server: its/own", "Access-Control-Allow-Origin: *",
        ], page),
    },
    {
        name: "no X-Foundry-Emulator but ours",
        answer: sized(["X-Foundry-Emulator: replay;seq=3", "x-foundry-emulator: emulate"], page),
    },
    {
        name: "HEAD, with the length of what is not sent",
        method: "HEAD",
        answer: message(ok, [text, "Content-Length: 123456"]),
    },
    {
        name: "HEAD of something chunked",
        method: "HEAD",
        answer: message(ok, [text, isChunked]),
    },
    {
        name: "204",
        answer: message("HTTP/1.1 204 No Content", ["X-Nothing: here"]),
    },
    {
        name: "304, with the length of what is not sent",
        send: request("GET", "/", ['If-None-Match: "v1"']),
        answer: message("HTTP/1.1 304 Not Modified", ['ETag: "v1"', "Content-Length: 987"]),
    },
    {
        name: "early hints before the answer",
        answer: Buffer.concat([
            message("HTTP/1.1 103 Early Hints", ["Link: </a.css>; rel=preload", "Link: </b.js>; rel=preload"]),
            message("HTTP/1.1 103 Early Hints", ["Link: </c.js>; rel=preload"]),
            sized([text], page),
        ]),
    },
    {
        name: "an interim answer arrives before the next is sent",
        serve: answering(async (wire, _request, { meeting }) => {
            await wire.send(message("HTTP/1.1 102 Processing", ["X-Progress: 50"]));
            await meeting.heard("interim");
            await wire.send(sized([text], page));
        }),
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(request("GET", "/"));
            const interim = await wire.answerHead();
            meeting.tell("interim");
            const answer = await wire.answer();
            return [{ ...answer, interim: [interim, ...answer.interim] }];
        },
    },
    {
        name: "trailers",
        answer: message(ok, [text, isChunked, "Trailer: X-Sum, X-Mood"], chunked(
            ["some", "thing"], ["X-Sum: 17", "X-Mood: caf\xe9", "x-sum: 18", "X-None:"],
        )),
    },
    {
        name: "a reason that nobody else gives",
        answer: message("HTTP/1.1 404 Nicht da; versuch's sp\xe4ter!", ["Content-Length: 0"]),
    },
    {
        name: "no reason at all",
        answer: message("HTTP/1.1 200 ", ["Content-Length: 2"], "ok"),
    },
    {
        name: "statuses that are in no list",
        serve: answering((wire, { target }) =>
            wire.send(message(`HTTP/1.1 ${target.slice(1)} Odd`, ["Content-Length: 3"], "odd")),
        ),
        client: async ({ connect }) => {
            const wire = await connect();
            const answers = [];
            for (const status of [299, 399, 418, 451, 599, 799, 999]) {
                await wire.send(request("GET", `/${status}`));
                answers.push(await wire.answer());
            }
            return answers;
        },
    },
    {
        name: "an error with a body",
        answer: message("HTTP/1.1 503 Service Unavailable", ["Retry-After: 7", "Content-Length: 4"], "busy"),
    },
    {
        name: "HTTP/1.0, whose body ends with the connection",
        serve: answering(async (wire) => {
            await wire.send(message("HTTP/1.0 200 OK", [text], page));
            wire.finish();
        }),
    },
    {
        name: "HTTP/1.0 with a length",
        serve: answering(async (wire) => {
            await wire.send(message("HTTP/1.0 200 OK", [text, `Content-Length: ${page.length}`], page));
            wire.finish();
        }),
    },
    {
        name: "HTTP/1.1, whose body ends with the connection",
        serve: answering(async (wire) => {
            await wire.send(message(ok, [text, "Connection: close"], page));
            wire.finish();
        }),
    },
    {
        name: "a body that ends with the connection, each piece sent when the one before has arrived",
        ...steps(message(ok, [text, "Connection: close"]), pieces, true),
    },
    {
        name: "a redirect is the client's to follow",
        answer: message("HTTP/1.1 307 Temporary Redirect", ["Location: /elsewhere", "Content-Length: 0"]),
    },
    {
        name: "401 is the client's to answer",
        answer: message("HTTP/1.1 401 Unauthorized", ['WWW-Authenticate: Basic realm="x"', "Content-Length: 0"]),
    },
    {
        name: "part of a body",
        send: request("GET", "/", ["Range: bytes=3-6"]),
        answer: message("HTTP/1.1 206 Partial Content", ["Content-Range: bytes 3-6/10", "Content-Length: 4"], "3456"),
    },
];
