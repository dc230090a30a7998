// SPDX-License-Identifier: MIT
// Clients that are sockets, with all manners: some ask and listen, some ask for more before they have listened,
// some read slowly, and some leave in the middle of a word, their own or the server's.
import assert from "node:assert/strict";

import { connectTo } from "../record/support/wire.mjs";
import { drawOrder, judge } from "./menu.mjs";

const sipMs = 5; // how long a slow reader takes a breath
const deepest = 5; // requests in one pipeline
const piecesMax = 20; // of a body

/** One who visits a server, and thinks for at most `thinkMs` between two visits. */
class Visitor {
    #kept; // a connection for the next polite request

    constructor(options) {
        Object.assign(this, { missedSince: () => false, ...options });
    }

    draw(options) {
        return drawOrder(this.random, this.name, options);
    }

    ask({ method, target }) {
        return this.books.asked(method, target);
    }

    connect() {
        return connectTo(this.random.pick(this.urls));
    }

    /** Reads an answer that must come, and come whole; but for what the upstream is to blame for. */
    async listen(wire, order, ask, start) {
        const answer = await wire.answer(order.method);
        const excused = this.missedSince(start);
        if (!answer.whole) {
            ask.cut({ arrived: answer.status !== undefined });
            assert.ok(excused && answer.status, `${order.target}: no whole answer (${answer.ending}, ${answer.status})`);
            return false;
        }
        ask.answered(answer.status, judge(this.known, order, answer, excused));
        return true;
    }

    /** A connection that may have served before, and serves on if all went well. */
    async politely(use) {
        const wire = this.#kept && !this.#kept.ending ? this.#kept : await this.connect();
        this.#kept = undefined;
        if (await use(wire)) this.#kept = wire;
        else wire.close();
    }

    leave(wire) {
        if (wire.socket.encrypted || this.random.below(2) === 0) wire.close();
        else wire.reset();
    }

    close() {
        this.#kept?.close();
    }
}

async function one(visitor) {
    const order = visitor.draw();
    await visitor.politely(async (wire) => {
        const [start, ask] = [performance.now(), visitor.ask(order)];
        wire.send(order.whole);
        return visitor.listen(wire, order, ask, start);
    });
}

/** The head's pieces follow one another at once: one that takes too long is refused, and rightly. */
async function inPieces(visitor) {
    const order = visitor.draw();
    const size = Math.ceil(order.whole.length / (1 + visitor.random.below(piecesMax)));
    const headSize = 1 + visitor.random.below(order.head.length);
    await visitor.politely(async (wire) => {
        const [start, ask] = [performance.now(), visitor.ask(order)];
        wire.send(order.head.slice(0, headSize));
        await wire.send(order.head.slice(headSize));
        for (let at = 0; at < order.body.length; at += size) {
            await wire.send(order.body.slice(at, at + size));
            await new Promise(setImmediate);
        }
        return visitor.listen(wire, order, ask, start);
    });
}

async function pipelined(visitor) {
    const orders = Array.from({ length: 2 + visitor.random.below(deepest - 1) }, () => visitor.draw());
    const wire = await visitor.connect();
    const start = performance.now();
    const asks = orders.map((order) => visitor.ask(order));
    wire.send(orders.map(({ whole }) => whole).join(""));
    for (const [i, order] of orders.entries()) {
        if (await visitor.listen(wire, order, asks[i], start)) continue;
        for (const ask of asks.slice(i + 1)) ask.cut({ arrived: false });
        break;
    }
    wire.close();
}

async function leavesPipeline(visitor) {
    const orders = [visitor.draw(), visitor.draw(), visitor.draw({ large: true })];
    const wire = await visitor.connect();
    const start = performance.now();
    const asks = orders.map((order) => visitor.ask(order));
    wire.send(orders.map(({ whole }) => whole).join(""));
    await visitor.listen(wire, orders[0], asks[0], start);
    visitor.leave(wire);
    for (const ask of asks.slice(1)) ask.cut({ arrived: false });
}

async function readsSlowly(visitor) {
    const order = visitor.draw({ large: true });
    const wire = await visitor.connect();
    const [start, ask] = [performance.now(), visitor.ask(order)];
    wire.send(order.whole);
    const sip = () => {
        wire.socket.pause();
        setTimeout(() => wire.socket.resume(), sipMs);
    };
    wire.socket.on("data", sip);
    await visitor.listen(wire, order, ask, start);
    wire.close();
}

/** What is no whole head is no request, and nobody counts it. */
async function leavesInHead(visitor) {
    const { head } = visitor.draw();
    const wire = await visitor.connect();
    await wire.send(head.slice(0, 1 + visitor.random.below(head.length - 3)));
    visitor.leave(wire);
}

async function leavesInUpload(visitor) {
    const order = visitor.draw({ large: true });
    const wire = await visitor.connect();
    const ask = visitor.ask(order);
    await wire.send(order.head, order.body.slice(0, visitor.random.below(order.body.length - 1)));
    visitor.leave(wire);
    ask.cut({ arrived: false });
}

/** Half of its body, and its end: the server knows that no more will come, and gives no answer. */
async function endsInUpload(visitor) {
    const order = visitor.draw({ large: true });
    const wire = await visitor.connect();
    const [start, ask] = [performance.now(), visitor.ask(order)];
    await wire.send(order.head, order.body.slice(0, visitor.random.below(order.body.length - 1)));
    wire.finish();
    const { status } = await wire.answer(order.method);
    if (status) ask.answered(status);
    else ask.cut({ arrived: true });
    assert.ok(!status || visitor.missedSince(start), `${order.target}: half of it was answered with ${status}`);
    wire.close();
}

async function leavesUnheard(visitor) {
    const order = visitor.draw();
    const wire = await visitor.connect();
    const ask = visitor.ask(order);
    await wire.send(order.whole);
    visitor.leave(wire);
    ask.cut({ arrived: false });
}

/** Whether the answer is what was asked for; if not, there must have been no upstream. */
function isGood(visitor, { target }, { status }, start) {
    const excused = visitor.missedSince(start) && [502, 504].includes(status);
    assert.ok(excused || status === 200, `${target}: ${status}`);
    return status === 200;
}

async function leavesInAnswer(visitor) {
    const order = visitor.draw({ large: true });
    const wire = await visitor.connect();
    const [start, ask] = [performance.now(), visitor.ask(order)];
    wire.send(order.whole);
    const { head } = await wire.heads();
    assert.ok(head, `${order.target}: no answer`);
    if (isGood(visitor, order, head, start)) await wire.take(visitor.random.below(100_000));
    visitor.leave(wire);
    ask.cut({ arrived: true });
}

async function talksNonsense(visitor) {
    const wire = await visitor.connect();
    const refused = visitor.books.askedNonsense();
    await wire.send("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: none\r\n\r\n");
    const { status } = await wire.answer();
    assert.equal(status, 400);
    refused();
    wire.close();
}

const manners = [
    one, one, one, inPieces, pipelined, leavesPipeline, readsSlowly, leavesInHead, leavesInUpload, endsInUpload,
    leavesUnheard, leavesInAnswer, talksNonsense,
];

/** Visits a server until it is over: { name, urls, books, random, known, thinkMs, missedSince }. */
export async function visitOn(options, phase) {
    const visitor = new Visitor(options);
    try {
        while (!phase.over) {
            await visitor.random.pick(manners)(visitor);
            await phase.pause(visitor.random.below(visitor.thinkMs));
        }
    } finally {
        visitor.close();
    }
}
