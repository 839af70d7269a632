// Photos are made small on the phone, which also takes place and camera out of them (EXIF).
"use strict";

((offline) => {
  const LONGEST = 1600, SMALL = 240;

  async function drawn(bitmap, longest, quality) {
    const share = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * share));
    canvas.height = Math.max(1, Math.round(bitmap.height * share));
    const onto = canvas.getContext("2d");
    onto.imageSmoothingQuality = "high";
    onto.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    return new Uint8Array(await blob.arrayBuffer());
  }

  // {name, bytes, small}; "heic" or "photo" is thrown for what this browser cannot read.
  async function shrink(file) {
    let bitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch (problem) {
      const isHeic = /hei[cf]$/i.test(file.name) || /hei[cf]/.test(file.type);
      throw new Error(isHeic ? "heic" : "photo");
    }
    try {
      const bytes = await drawn(bitmap, LONGEST, 0.8);
      const small = offline.base64(await drawn(bitmap, SMALL, 0.6));
      return { name: `${file.name.replace(/\.[^.]*$/, "").slice(-60) || "photo"}.jpg`, bytes, small };
    } finally {
      bitmap.close();
    }
  }

  // On a canvas: the page may show no picture but its own files.
  async function paint(canvas, small) {
    const bitmap = await createImageBitmap(new Blob([offline.unbase64(small)], { type: "image/jpeg" }));
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
  }

  Object.assign(offline, { paint, shrink });
})(self.offline);
