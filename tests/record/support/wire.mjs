// SPDX-License-Identifier: MIT
// One end of a connection as bytes, and HTTP/1 as it is spelled there. No HTTP library would do: they put
// right what is wrong, and forget what these suites are about. Reading never throws: what is cut off says so.
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

const latin1 = (text) => (typeof text === "string" ? Buffer.from(text, "latin1") : text);

/** How a connection ended for this side: a reset, or our own closing; the other side's FIN is looked into. */
const endings = { error: "reset", close: "closed" };
const resets = ["ECONNRESET", "EPIPE"];

/** Node takes a reset that comes together with data for a FIN. Who then writes, were it nothing, learns of it. */
function endOf(socket) {
    if (socket.encrypted || socket.writableEnded || socket.writableLength > 0) return Promise.resolve("fin");
    const how = (error) => (resets.includes(error?.code) ? "reset" : "fin");
    return new Promise((resolve) => socket.write(Buffer.alloc(0), (error) => resolve(how(error))));
}

export class Wire {
    #parts = [];
    #size = 0;
    #wake = () => {};
    ending = undefined;

    constructor(socket, host = "") {
        this.socket = socket;
        this.host = host;
        socket.setNoDelay?.(true);
        socket.on("data", (bytes) => {
            this.#parts.push(bytes);
            this.#size += bytes.length;
            this.#wake();
        });
        this.ended = new Promise((resolve) => {
            const end = (how) => {
                this.ending ??= how;
                resolve(this.ending);
                this.#wake();
            };
            for (const [event, how] of Object.entries(endings)) socket.on(event, () => end(how));
            socket.on("end", async () => end(await endOf(socket)));
        });
    }

    /** Sends text (as Latin-1; "%HOST%" stands for who is met) and bytes; whether they could be handed on. */
    send(...parts) {
        const bytes = Buffer.concat(parts.map((part) =>
            latin1(typeof part === "string" ? part.replaceAll("%HOST%", this.host) : part),
        ));
        return new Promise((resolve) => this.socket.write(bytes, (error) => resolve(!error)));
    }

    /** Sends every byte by itself. */
    async dribble(text) {
        for (const byte of latin1(text.replaceAll("%HOST%", this.host))) {
            await this.send(Buffer.of(byte));
            await new Promise(setImmediate);
        }
    }

    finish() {
        this.socket.end();
    }

    reset() {
        this.socket.resetAndDestroy();
    }

    close() {
        this.socket.destroy();
    }

    /** Bytes that have come and are not read. */
    get ahead() {
        return this.#size;
    }

    #joined() {
        if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
        return this.#parts[0] ?? Buffer.alloc(0);
    }

    #drop(length) {
        const all = this.#joined();
        this.#parts = length < all.length ? [all.subarray(length)] : [];
        this.#size -= length;
        return all.subarray(0, length);
    }

    async #more() {
        await new Promise((resolve) => (this.#wake = resolve));
    }

    /** The next `length` bytes, or as many as there are before the end. */
    async take(length) {
        while (this.#size < length && !this.ending) await this.#more();
        return this.#drop(Math.min(length, this.#size));
    }

    /** What has come by now, one byte at least; nothing at the end. */
    async some() {
        while (this.#size === 0 && !this.ending) await this.#more();
        return this.#drop(this.#size);
    }

    /** Everything until the other side ends. */
    async rest() {
        while (!this.ending) await this.#more();
        return this.#drop(this.#size);
    }

    /** A line without its end; undefined if the connection ends before. */
    async line() {
        for (let searched = 0; ; ) {
            const at = this.#joined().indexOf("\r\n", searched);
            if (at >= 0) return this.#drop(at + 2).toString("latin1", 0, at);
            if (this.ending) return undefined;
            searched = Math.max(0, this.#size - 1);
            await this.#more();
        }
    }

    /** Fields until the empty line, as pairs; undefined if they are cut off. */
    async fields() {
        const fields = [];
        for (;;) {
            const line = await this.line();
            if (line === undefined) return undefined;
            if (line === "") return fields;
            const [, name, value] = /^([^:]*):[ \t]*(.*?)[ \t]*$/.exec(line) ?? ["", line, ""];
            fields.push([name, value]);
        }
    }

    /** A chunked body: its framing to the byte, its data, the lines with the sizes, its trailers. */
    async #chunked() {
        const body = { framing: "chunked", data: [], sizes: [], trailers: [], whole: false };
        for (;;) {
            const line = await this.line();
            if (line === undefined) break;
            body.sizes.push(line);
            const length = Number.parseInt(line, 16);
            if (length === 0) {
                const trailers = await this.fields();
                Object.assign(body, { trailers: trailers ?? [], whole: trailers !== undefined });
                break;
            }
            const bytes = await this.take(length);
            body.data.push(bytes);
            if (bytes.length < length || (await this.take(2)).length < 2) break;
        }
        return { ...body, data: Buffer.concat(body.data) };
    }

    async #counted(length) {
        const data = await this.take(length);
        return { framing: "length", data, sizes: [], trailers: [], whole: data.length === length };
    }

    /** A body, by what the fields say of it. */
    async body(fields, { otherwise }) {
        if (/chunked/i.test(valueOf(fields, "transfer-encoding") ?? "")) return this.#chunked();
        const length = valueOf(fields, "content-length");
        if (length !== undefined) return this.#counted(Number(length));
        if (otherwise === "close") {
            const data = await this.rest();
            return { framing: "close", data, sizes: [], trailers: [], whole: this.ending === "fin" };
        }
        return noBody;
    }

    /** The head of a request; undefined when there is no more. */
    async requestHead() {
        const line = await this.line();
        if (line === undefined) return undefined;
        const [method, target, version] = line.split(" ");
        const fields = await this.fields();
        return fields && { method, target, version, fields };
    }

    async request() {
        const head = await this.requestHead();
        return head && { ...head, ...(await this.body(head.fields, { otherwise: "none" })) };
    }

    /** The head of an answer, interim or not; undefined if it is cut off. */
    async answerHead() {
        const line = await this.line();
        if (line === undefined) return undefined;
        const [, version, status, reason] = /^(\S+) (\d{3}) ?(.*)$/.exec(line) ?? ["", line, "0", ""];
        const fields = await this.fields();
        return fields && { version, status: Number(status), reason, fields };
    }

    /** Heads until one that is no interim answer's. */
    async heads() {
        const interim = [];
        for (;;) {
            const head = await this.answerHead();
            if (!head || head.status >= 200) return { interim, head };
            interim.push(head);
        }
    }

    answerBody(head, method) {
        const empty = method === "HEAD" || head.status === 204 || head.status === 304;
        return empty ? noBody : this.body(head.fields, { otherwise: "close" });
    }

    /** A whole answer; without a status if there is none. */
    async answer(method = "GET") {
        const { interim, head } = await this.heads();
        if (!head) return { interim, ending: await this.ended };
        const body = await this.answerBody(head, method);
        return { interim, ...head, ...body, ...(!body.whole && { ending: await this.ended }) };
    }
}

const noBody = { framing: "none", data: Buffer.alloc(0), sizes: [], trailers: [], whole: true };

/** The first field of that name. */
export function valueOf(fields, name) {
    return fields.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** All of them, in order. */
export function valuesOf(fields, name) {
    return fields.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}

/** Connects to "http://HOST:PORT" or, whoever answers there, "https://HOST:PORT". */
export async function connectTo(url) {
    const { hostname, port, host, protocol } = new URL(url);
    const options = { host: hostname, port: Number(port), allowHalfOpen: true, rejectUnauthorized: false };
    const [open, opened] = protocol === "https:" ? [connectTls, "secureConnect"] : [connect, "connect"];
    const socket = open(options);
    const wire = new Wire(socket, host);
    await new Promise((resolve, reject) => {
        socket.once(opened, resolve);
        socket.once("error", reject);
    });
    return wire;
}

/** A message in full: first line, fields (lines or pairs), and whatever follows. */
export function message(first, fields, body = "") {
    const lines = fields.map((field) => (Array.isArray(field) ? field.join(": ") : field));
    return Buffer.concat([latin1([first, ...lines, "", ""].join("\r\n")), latin1(body)]);
}

/** A request; the Host that `fields` lack is added in front. */
export function request(method, target, fields = [], body = "") {
    return message(`${method} ${target} HTTP/1.1`, ["Host: %HOST%", ...fields], body).toString("latin1");
}

/** The chunks of a body; each is text, bytes or a pair of its line and its data. */
export function chunked(chunks, trailers = []) {
    const framed = chunks.flatMap((chunk) => {
        const [line, data] = Array.isArray(chunk) ? chunk : [latin1(chunk).length.toString(16), chunk];
        return [latin1(`${line}\r\n`), latin1(data), latin1("\r\n")];
    });
    return Buffer.concat([...framed, message("0", trailers)]);
}
