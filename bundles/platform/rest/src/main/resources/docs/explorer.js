// A file of its own, since the page forbids inline scripts.
window.addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#explorer",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
    // Nothing of this server is sent to a validator elsewhere.
    validatorUrl: null,
  });
});
