// SPDX-License-Identifier: MIT
// The books of one server: on one side what its clients sent and what came of it, on the other what the server's
// log says that it did. There is a page for each kind of request, and for each request that has a name of its own
// ("?soak=NAME"). A page is balanced if every request was answered once, or was cut off by somebody who says so.

/** By what both sides know a request: what else is in the query may be struck out in the log. */
export function keyOf(method, target) {
    const [path, query = ""] = target.split("?");
    const name = /(?:^|&)soak=([^&]*)/.exec(query)?.[1];
    return `${method} ${path}${name ? `?soak=${name}` : ""}`;
}

/** What modules and their containers send: nobody counts there but the fleets, whose replicas are killed. */
const isOfModules = (target) =>
    /^\/_emulate\/.*\/runtimes\/[^/]+\/(job$|results\/|schemas$|restart-notification$|env)|\/internal-query\/|^\/(job$|results\/)/.test(target);

const add = (counts, name, by = 1) => (counts[name] = (counts[name] ?? 0) + by);
export const sum = (counts) => Object.values(counts).reduce((all, count) => all + count, 0);

class Page {
    asked = 0;
    answered = {}; // by status: whole answers that a client has had
    cut = 0; // no whole answer, and the request's head has surely arrived
    unsure = 0; // likewise, and it may not have
    sent = {}; // by status: what the server has said to be answered
    gone = 0; // what it has said to be cut
    recorded = 0; // of these, what was passed on to the upstream, and recorded
    digest = undefined; // of the one answer to a request with a name

    /** What is wrong, in words; nothing, if all is well. */
    lacks() {
        const lacks = [];
        const logged = sum(this.sent) + this.gone;
        const open = this.asked - sum(this.answered) - this.cut - this.unsure;
        const least = sum(this.answered) + this.cut;
        if (open > 0) lacks.push(`${open} sent, and neither answered nor cut`);
        if (logged < least) lacks.push(`${least} arrived, ${logged} were logged`);
        if (logged > this.asked) lacks.push(`${this.asked} sent, ${logged} were logged`);
        if (this.gone > this.cut + this.unsure) lacks.push(`${this.gone} logged as gone, ${this.cut + this.unsure} were cut`);
        for (const [status, count] of Object.entries(this.answered)) {
            const sent = this.sent[status] ?? 0;
            if (sent < count) lacks.push(`${count} had a whole ${status}, ${sent} are logged as sent`);
        }
        return lacks;
    }
}

/** A request that is under way. */
class Ask {
    #books;
    #page;

    constructor(books, page) {
        this.#books = books;
        this.#page = page;
    }

    /** The client has the whole answer. */
    answered(status, digest) {
        add(this.#page.answered, status);
        this.#page.digest = digest;
        this.#books.changed();
    }

    /** It has none, or not all of it. `arrived`: the server surely has had the request's head. */
    cut({ arrived }) {
        this.#page[arrived ? "cut" : "unsure"]++;
        this.#books.changed();
    }
}

const lacksShown = 20;

export class Books {
    #pages = new Map();
    #wake = () => {};
    #ids = { until: 0, beyond: new Set() };
    ended = 0; // exchanges that were logged, each at its end
    sources = {}; // of these, by who answered
    nonsense = 0; // what was sent and is no request
    refused = 0; // of this, what its client has seen refused
    refusals = {}; // what the server says that it has refused, and why
    secrets = new Set(); // tokens that were issued
    accepted = new Map(); // how often results were accepted from modules, by the job's id
    wrong = []; // what can never be right again

    constructor(name) {
        this.name = name;
    }

    #page(key) {
        if (!this.#pages.has(key)) this.#pages.set(key, new Page());
        return this.#pages.get(key);
    }

    changed() {
        this.#wake();
    }

    /** Before it is sent. */
    asked(method, target) {
        const page = this.#page(keyOf(method, target));
        page.asked++;
        return new Ask(this, page);
    }

    /** What is no request, before it is sent. Gives what to call when it has been refused. */
    askedNonsense() {
        this.nonsense++;
        return () => {
            this.refused++;
            this.changed();
        };
    }

    /** The server's line on an exchange that has ended. */
    logged(line) {
        this.ended++;
        this.#logId(line.id);
        add(this.sources, line.source.replace(/[;=].*/, ""));
        if (isOfModules(line.target)) this.#logModule(line);
        else this.#logExchange(line);
        this.changed();
    }

    loggedRefusal(why) {
        add(this.refusals, why);
        this.changed();
    }

    #logId(id) {
        const { beyond } = this.#ids;
        if (id <= this.#ids.until || beyond.has(id)) this.wrong.push(`exchange ${id} ended twice`);
        beyond.add(id);
        while (beyond.delete(this.#ids.until + 1)) this.#ids.until++;
    }

    #logModule({ method, target, status }) {
        const job = method === "POST" && /\/results\/([^/?]+)/.exec(target)?.[1];
        if (job && status >= 200 && status < 300) this.accepted.set(job, (this.accepted.get(job) ?? 0) + 1);
    }

    #logExchange({ method, target, status, outcome, source }) {
        const page = this.#page(keyOf(method, target));
        if (outcome === "sent") add(page.sent, status);
        else page.gone++;
        if (source.startsWith("record")) page.recorded++;
    }

    lacks() {
        const lacks = [...this.wrong];
        for (const [key, page] of this.#pages) {
            for (const lack of page.lacks()) lacks.push(`${key}: ${lack}`);
        }
        const refusals = sum(this.refusals);
        if (refusals < this.refused || refusals > this.nonsense) {
            const logged = JSON.stringify(this.refusals);
            lacks.push(`nonsense: ${this.nonsense} sent, ${this.refused} seen refused, logged are ${logged}`);
        }
        return lacks;
    }

    /** Waits until `done()`, which is asked again whenever something was written; false if it never comes. */
    async until(done, patienceMs) {
        let patient = true;
        const timer = setTimeout(() => {
            patient = false;
            this.#wake();
        }, patienceMs);
        while (patient && !done()) await new Promise((resolve) => (this.#wake = resolve));
        clearTimeout(timer);
        return done();
    }

    /** Nobody is sending any more: the books must come to be balanced. */
    async balance(patienceMs) {
        if (await this.until(() => this.lacks().length === 0, patienceMs)) return;
        const lacks = this.lacks();
        const more = lacks.length > lacksShown ? [`and ${lacks.length - lacksShown} more`] : [];
        throw new Error([`the books of ${this.name} lack:`, ...lacks.slice(0, lacksShown), ...more].join("\n  "));
    }

    /** The last request was this one, and the server has counted `exchanges`: each of them must have ended. */
    async close(exchanges, patienceMs) {
        await this.until(() => this.ended >= exchanges, patienceMs);
        if (this.ended === exchanges && this.#ids.until === exchanges) return;
        throw new Error(`the books of ${this.name} lack: ${exchanges} exchanges begun, ${this.ended} ended`);
    }

    get pages() {
        return this.#pages;
    }

    /** Turns the page. What is over is in the sums alone. */
    clear() {
        this.#pages.clear();
        this.accepted.clear();
    }
}
