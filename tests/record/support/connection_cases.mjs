// SPDX-License-Identifier: MIT
// Connections: many at once, used again, and closed too early.
import assert from "node:assert/strict";

import { answering } from "./upstream.mjs";
import { message, request } from "./wire.mjs";

const ok = "HTTP/1.1 200 OK";
const answerWith = (body) => message(ok, [`Content-Length: ${body.length}`], body);
const many = 50;
const numbered = Array.from({ length: many }, (_, i) => `/parallel/${String(i).padStart(2, "0")}`);

export const connectionCases = [
    {
        name: "fifty at once, none of which is answered before all have come",
        anyOrder: true,
        serve: async (wire, upstream) => {
            const got = await wire.request();
            upstream.requests.push(got);
            if (upstream.requests.length === many) upstream.meeting.tell("all");
            await upstream.meeting.heard("all");
            await wire.send(answerWith(`${got.target} ${got.data}`.repeat(1000)));
        },
        client: ({ connect }) =>
            Promise.all(numbered.map(async (target) => {
                const wire = await connect();
                const body = `of ${target}`;
                await wire.send(request("POST", target, [`Content-Length: ${body.length}`], body));
                return wire.answer("POST");
            })),
    },
    {
        name: "requests sent ahead are answered in their order",
        serve: answering((wire, { target, data }) => wire.send(answerWith(`${target} ${data}`))),
        client: async ({ connect }) => {
            const wire = await connect();
            await wire.send(
                request("GET", "/1"), request("POST", "/2", ["Content-Length: 3"], "two"), request("GET", "/3"),
            );
            return [await wire.answer(), await wire.answer("POST"), await wire.answer()];
        },
    },
    {
        name: "connections to the upstream are used again, whoever's request it is",
        answer: answerWith("again"),
        client: async ({ connect, upstream }) => {
            const answers = [];
            const kept = await connect();
            for (let i = 0; i < 5; i++) {
                for (const wire of [kept, await connect()]) {
                    await wire.send(request("GET", `/${i}`));
                    answers.push(await wire.answer());
                }
            }
            upstream.used = upstream.accepts;
            return answers;
        },
        then: ({ through }) => assert.equal(through.upstream.used, 1),
    },
    {
        name: "a connection that the upstream says it closes is not used again",
        serve: answering(async (wire) => {
            await wire.send(message(ok, ["Content-Length: 3", "Connection: close"], "bye"));
            wire.finish();
        }),
        client: async ({ connect }) => {
            const answers = [];
            for (let i = 0; i < 3; i++) {
                const wire = await connect();
                await wire.send(request("GET", `/${i}`));
                answers.push(await wire.answer());
            }
            return answers;
        },
        then: ({ through }) => assert.equal(through.upstream.accepts, 3),
    },
    {
        name: "a connection that the upstream has closed meanwhile is no error",
        serve: answering(async (wire, { target }, { meeting }) => {
            await wire.send(answerWith("once"));
            wire.socket.end(() => meeting.tell(`closed after ${target}`));
        }),
        client: async ({ connect, meeting }) => {
            const answers = [];
            for (const target of ["/1", "/2", "/3"]) {
                const wire = await connect();
                await wire.send(request("POST", target, ["Content-Length: 4"], "body"));
                answers.push(await wire.answer("POST"));
                await meeting.heard(`closed after ${target}`);
            }
            return answers;
        },
    },
    {
        name: "a client that closes its sending side gets its answer",
        serve: answering(async (wire, _request, { meeting }) => {
            await wire.send(message(ok, ["Content-Length: 10"], "first"));
            await meeting.heard("half closed");
            await wire.send("other");
        }),
        client: async ({ connect, meeting }) => {
            const wire = await connect();
            await wire.send(request("GET", "/"));
            const { interim, head } = await wire.heads();
            wire.socket.end(() => meeting.tell("half closed"));
            return [{ interim, ...head, ...(await wire.answerBody(head, "GET")) }];
        },
    },
];
