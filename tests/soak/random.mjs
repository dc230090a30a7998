// SPDX-License-Identifier: MIT
/** Numbers that the same seed draws again (xorshift32). */
export class Random {
    constructor(seed) {
        this.seed = seed;
        this.state = (seed ^ 0x9e3779b9) | 0 || 1;
    }

    /** Numbers for one who is named so: the same, whatever the others draw meanwhile. */
    of(name) {
        let hash = this.seed ^ 0x811c9dc5;
        for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
        return new Random(hash);
    }

    /** A whole number from 0 to below `limit`. */
    below(limit) {
        this.state ^= this.state << 13;
        this.state ^= this.state >>> 17;
        this.state ^= this.state << 5;
        return (this.state >>> 0) % limit;
    }

    pick(list) {
        return list[this.below(list.length)];
    }

    /** Small more often than large: as many below 10 as between 10 and 100, and so on. */
    size(limit) {
        return Math.floor(Math.exp((this.below(1000) / 1000) * Math.log(limit)));
    }
}
