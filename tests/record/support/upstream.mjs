// SPDX-License-Identifier: MIT
// The server that is recorded: sockets and a script, so that it can do what no server should.
import { once } from "node:events";
import { createServer, isIP } from "node:net";
import { createServer as createTlsServer } from "node:tls";

import { atEnd } from "../../sdk/support/at_end.mjs";
import { Wire } from "./wire.mjs";

/** Where the two ends of a test wait for one another. */
export class Meeting {
    #places = new Map();

    #at(name) {
        if (!this.#places.has(name)) {
            const place = {};
            place.reached = new Promise((resolve) => (place.reach = resolve));
            this.#places.set(name, place);
        }
        return this.#places.get(name);
    }

    tell(name) {
        this.#at(name).reach();
    }

    heard(name) {
        return this.#at(name).reached;
    }
}

class Upstream {
    requests = []; // whole ones, in the order of their ends
    accepts = 0;
    meeting = new Meeting();
    #problem = undefined;

    constructor(serve, tls) {
        const options = { allowHalfOpen: true, ...tls };
        this.server = tls ? createTlsServer(options) : createServer(options);
        this.server.on(tls ? "secureConnection" : "connection", (socket) => {
            this.accepts++;
            this.take(new Wire(socket), serve);
        });
        this.server.on("tlsClientError", (_problem, socket) => socket.destroy());
        this.open = new Set();
        this.server.on("connection", (socket) => {
            this.open.add(socket);
            socket.on("error", () => {}).once("close", () => this.open.delete(socket));
        });
    }

    async take(wire, serve) {
        try {
            await serve(wire, this);
        } catch (problem) {
            this.#problem ??= problem;
            wire.close();
        }
    }

    async close() {
        this.server.close();
        for (const socket of this.open) socket.destroy();
        if (this.#problem) throw this.#problem;
    }
}

/** Starts it; `serve(wire, upstream)` is called with every connection. */
export async function startUpstream(t, serve, { tls, host = "127.0.0.1" } = {}) {
    const upstream = new Upstream(serve, tls);
    upstream.server.listen(0, isIP(host) ? host : "127.0.0.1");
    await once(upstream.server, "listening");
    atEnd(t, () => upstream.close());
    upstream.port = upstream.server.address().port;
    upstream.host = `${host}:${upstream.port}`;
    upstream.url = `${tls ? "https" : "http"}://${upstream.host}`;
    return upstream;
}

/** Reads requests one after the other, and gives each to `answer(wire, request, upstream)`. */
export function answering(answer) {
    return async (wire, upstream) => {
        for (;;) {
            const request = await wire.request();
            if (!request) break;
            upstream.requests.push(request);
            await answer(wire, request, upstream);
        }
        wire.finish();
    };
}

/** Answers everything with the same bytes. */
export const always = (bytes) => answering((wire) => wire.send(bytes));

/** A port that nobody listens on. */
export async function deadPort() {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}
