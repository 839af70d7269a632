// The bytes of an entry: its id, canonical text and hashes (docs/sync.md).
// These files share the global `offline`, on pages and in the service worker. Chromium 86 and later.
"use strict";

((offline) => {
  const bytes = (text) => new TextEncoder().encode(text);
  const random = (length) => crypto.getRandomValues(new Uint8Array(length));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, "0")).join("");

  function uuid() {
    const made = random(16);
    made[6] = (made[6] & 15) | 64;
    made[8] = (made[8] & 63) | 128;
    return hex(made).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function sorted(value) {
    if (Array.isArray(value)) return value.map(sorted);
    if (!value || typeof value !== "object") return value;
    const found = {};
    for (const name of Object.keys(value).sort()) found[name] = sorted(value[name]);
    return found;
  }

  const canonical = (value) => bytes(JSON.stringify(sorted(value)));
  const sha256 = async (buffer) => hex(await crypto.subtle.digest("SHA-256", buffer));

  // In chunks: a photo has more bytes than a call may have arguments.
  function base64(buffer) {
    const all = new Uint8Array(buffer), pieces = [];
    for (let at = 0; at < all.length; at += 8192) {
      pieces.push(String.fromCharCode(...all.subarray(at, at + 8192)));
    }
    return btoa(pieces.join(""));
  }
  const unbase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

  function join(...parts) {
    const given = parts.map((part) => (typeof part === "string" ? bytes(part) : new Uint8Array(part)));
    const all = new Uint8Array(given.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of given) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  // The phone's local time, for people to read.
  function moment(at = new Date()) {
    const two = (number) => String(Math.abs(number)).padStart(2, "0");
    const east = -at.getTimezoneOffset(), sign = east < 0 ? "-" : "+";
    return `${day(at)}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
      + `${sign}${two(Math.trunc(east / 60))}:${two(east % 60)}`;
  }
  function day(at = new Date()) {
    const two = (number) => String(number).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  }

  // Number and code of the doorstep receipt of a matter (docs/sync.md). 48 bits are whole numbers.
  async function slip(key, id, place) {
    const own = await crypto.subtle.importKey("raw", unbase64(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const drawn = async (what, size) => {
      const said = new Uint8Array(await crypto.subtle.sign("HMAC", own, bytes(`${what}|${id}|${place}`)));
      return String(said.slice(0, 6).reduce((sum, one) => sum * 256 + one, 0) % 10 ** size).padStart(size, "0");
    };
    const digits = await drawn("number", 8);
    const luhn = Array.from(digits).reverse().reduce((sum, digit, at) => sum + (at % 2 ? Number(digit) : Number(digit) * 2 - (digit > 4 ? 9 : 0)), 0);
    return [digits + String((10 - (luhn % 10)) % 10), await drawn("code", 6)];
  }

  Object.assign(offline, { VERSION: 1, base64, bytes, canonical, day, hex, join, moment, random, sha256, slip, unbase64, uuid });
})(self.offline = self.offline || {});
