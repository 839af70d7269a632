// Resizes photos on the phone, which also removes location and camera (EXIF).
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

  // Return {name, bytes, small}; throws "heic" or "photo" if this browser cannot read it.
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

  // On a canvas, since the page may only show images from its own files (CSP).
  async function paint(canvas, small) {
    const bitmap = await createImageBitmap(new Blob([offline.unbase64(small)], { type: "image/jpeg" }));
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
  }

  Object.assign(offline, { paint, shrink });
})(self.offline);
