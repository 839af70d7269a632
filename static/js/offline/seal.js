// Encrypts entries so that only the server can read them: HPKE (RFC 9180), base mode, in WebCrypto, with
// DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. portal/trust/phone_letters.py opens them.
"use strict";

((offline) => {
  const { base64, bytes, join } = offline;
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const KEM = join("KEM", [0, 16]), SUITE = join("HPKE", [0, 16, 0, 1, 0, 2]);
  const NONE = new Uint8Array(0);

  async function hmac(key, content) {
    // WebCrypto rejects an empty key; HMAC pads keys with zeros anyway.
    const raw = key.length ? key : new Uint8Array(32);
    const ready = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", ready, content));
  }
  const extract = (suite, salt, label, secret) => hmac(salt, join("HPKE-v1", suite, label, secret));
  // One round, since at most 32 bytes are needed.
  const expand = async (suite, key, label, info, length) =>
    (await hmac(key, join([0, length], "HPKE-v1", suite, label, info, [1]))).slice(0, length);

  // Return the encapsulated key with the ciphertext. Only tests pass `pair`.
  async function seal(content, publicKey, info, pair) {
    const theirs = await crypto.subtle.importKey("raw", publicKey, CURVE, false, []);
    const ours = pair || await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
    const shown = new Uint8Array(await crypto.subtle.exportKey("raw", ours.publicKey));
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
    const ground = await extract(KEM, NONE, "eae_prk", shared);
    const agreed = await expand(KEM, ground, "shared_secret", join(shown, publicKey), 32);
    const context = join([0], await extract(SUITE, NONE, "psk_id_hash", NONE),
      await extract(SUITE, NONE, "info_hash", bytes(info)));
    const secret = await extract(SUITE, agreed, "secret", NONE);
    const raw = await expand(SUITE, secret, "key", context, 32);
    const iv = await expand(SUITE, secret, "base_nonce", context, 12);
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
    return join(shown, await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, content));
  }

  const letter = async (canonical, key, id) =>
    `p256.${key.id}.${base64(await seal(canonical, key.public, `sync.entry/${id}`))}`;
  const part = async (content, key, id, sha256) =>
    join(`p256.${key.id}.`, await seal(content, key.public, `sync.part/${id}/${sha256}`));

  Object.assign(offline, { letter, part, seal });
})(self.offline);
