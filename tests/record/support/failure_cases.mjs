// SPDX-License-Identifier: MIT
// Upstreams that are dead, slow, broken or lying.
import { answering } from "./upstream.mjs";
import { chunked, message, request } from "./wire.mjs";

const ok = "HTTP/1.1 200 OK";
const isChunked = "Transfer-Encoding: chunked";
const withLength = (length) => message(ok, [`Content-Length: ${length}`]);
const oneChunk = chunked(["part"]).subarray(0, -5);
const silent = ["--upstream-timeout", "500ms"];

/** What an upstream does once it has a request: a list of sendings, and how it ends. */
const doing = (parts, end = () => {}) => ({
    serve: answering(async (wire) => {
        for (const part of parts) await wire.send(part);
        await end(wire);
    }),
});

/** The same, but it ends when the client has seen all of it: what is on its way when a reset comes is lost. */
const doingOnceSeen = (parts, end) => ({
    serve: answering(async (wire, _request, { meeting }) => {
        for (const part of parts) await wire.send(part);
        await meeting.heard("part");
        await end(wire);
    }),
    client: async ({ connect, meeting }) => {
        const wire = await connect();
        await wire.send(request("GET", "/"));
        const { interim, head } = await wire.heads();
        const seen = Buffer.concat([await wire.take(1), await wire.some()]);
        meeting.tell("part");
        const data = Buffer.concat([seen, await wire.rest()]);
        return [{ interim, ...head, data, ending: wire.ending }];
    },
});

const fin = (wire) => wire.finish();
const reset = (wire) => wire.reset();

/** No answer of the upstream's: `status` and `outcome` say what became of it. */
export const refusals = [
    { name: "a reset instead of an answer", ...doing([], reset), outcome: "reset" },
    { name: "the connection's end instead of an answer", ...doing([], fin), outcome: "reset" },
    { name: "an end within the status line", ...doing(["HTTP/1.1 20"], fin), outcome: "reset" },
    { name: "an end within the fields", ...doing([`${ok}\r\nX-One: 1\r\nX-Tw`], fin), outcome: "reset" },
    { name: "a reset within the fields", ...doing([`${ok}\r\nX-One: 1\r\n`], reset), outcome: "reset" },
    { name: "something that is not HTTP", ...doing(["SSH-2.0-OpenSSH_9.2\r\n"], fin), outcome: "reset" },
    {
        name: "bytes of chance",
        ...doing([Buffer.from("\x00\xff\x16\x03\x01\r\n\r\n", "latin1")], fin),
        outcome: "reset",
    },
    {
        name: "two lengths",
        ...doing([message(ok, ["Content-Length: 4", "Content-Length: 5"], "part")]),
        outcome: "reset",
    },
    { name: "a length that is none", ...doing([message(ok, ["Content-Length: 4x"], "part")]), outcome: "reset" },
    { name: "a length below nothing", ...doing([message(ok, ["Content-Length: -1"], "part")]), outcome: "reset" },
    {
        name: "a length and chunks",
        ...doing([message(ok, ["Content-Length: 4", isChunked], chunked(["part"]))]),
        outcome: "reset",
    },
    { name: "a head without an end", ...doing([`${ok}\r\n${"X-More: of it\r\n".repeat(100_000)}`]), outcome: "reset" },
    { name: "silence", args: silent, ...doing([]), status: 504, outcome: "timeout" },
    { name: "silence after half a head", args: silent, ...doing([`${ok}\r\nX-One:`]), status: 504, outcome: "timeout" },
    {
        name: "silence after an interim answer",
        args: silent,
        ...doing([message("HTTP/1.1 103 Early Hints", ["Link: </a>"])]),
        status: 504,
        outcome: "timeout",
    },
];

/** An answer that does not come to its end: what came is passed on, and the client can tell that it is not whole. */
export const breaks = [
    { name: "a reset in mid-body", ...doingOnceSeen([withLength(100), "part"], reset), outcome: "reset" },
    { name: "an end in mid-body", ...doing([withLength(100), "part"], fin), outcome: "truncated" },
    { name: "a reset between chunks", ...doingOnceSeen([message(ok, [isChunked]), oneChunk], reset), outcome: "reset" },
    { name: "an end between chunks", ...doing([message(ok, [isChunked]), oneChunk], fin), outcome: "truncated" },
    { name: "an end within a chunk", ...doing([message(ok, [isChunked]), "64\r\npart"], fin), outcome: "truncated" },
    {
        name: "an end behind a chunk's size",
        ...doing([message(ok, [isChunked]), oneChunk, "64\r\n"], fin),
        outcome: "truncated",
    },
    {
        name: "an end before the trailers' end",
        ...doing([message(ok, [isChunked]), oneChunk, "0\r\nX-Sum: 1\r\n"], fin),
        outcome: "truncated",
    },
    {
        name: "a chunk whose size is none",
        ...doingOnceSeen([message(ok, [isChunked]), oneChunk], (wire) => wire.send("zz\r\nmore\r\n")),
        outcome: "reset",
    },
    {
        name: "a chunk whose size is none, together with a good one",
        ...doingOnceSeen([message(ok, [isChunked], Buffer.concat([oneChunk, Buffer.from("zz\r\nmore\r\n")]))], () => {}),
        outcome: "reset",
    },
    {
        name: "a chunk that is longer than it says",
        ...doingOnceSeen([message(ok, [isChunked]), oneChunk], (wire) => wire.send("2\r\nmore\r\n0\r\n\r\n")),
        outcome: "reset",
    },
    {
        name: "a reset of what ends with its connection",
        ...doingOnceSeen([message(ok, ["Connection: close"]), "part"], reset),
        endsBy: "reset",
        outcome: "reset",
    },
    {
        name: "silence in mid-body",
        args: silent,
        ...doing([withLength(100), "part"]),
        outcome: "timeout",
    },
];

/** An upstream that says more than it was asked. */
export const unasked = {
    serve: answering(async (wire, { target }) => {
        await wire.send(
            message(ok, [`Content-Length: ${target.length}`], target),
            message(ok, ["Content-Length: 5"], "stray"),
        );
    }),
    client: async ({ connect }) => {
        const wire = await connect();
        const answers = [];
        for (const target of ["/first", "/second", "/third"]) {
            await wire.send(request("GET", target));
            answers.push(await wire.answer());
        }
        return answers;
    },
};

/** One that answers a GET, and leaves when it has a POST. */
export const leavesAtPost = {
    serve: answering(async (wire, { method }) => {
        if (method === "GET") await wire.send(message(ok, ["Content-Length: 0"]));
        else wire.finish();
    }),
    client: async ({ connect }) => {
        const wire = await connect();
        await wire.send(request("GET", "/"));
        const first = await wire.answer();
        await wire.send(request("POST", "/", ["Content-Length: 5"], "hello"));
        return [first, await wire.answer("POST")];
    },
};
