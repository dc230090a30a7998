// SPDX-License-Identifier: MIT
// Preloaded by `node --import`: what today's libraries take for granted and Debian 12's Node.js 18 lacks.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
