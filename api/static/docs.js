// Starts Swagger UI from a file, so that /docs needs no inline script.
const { SwaggerUIBundle } = window;
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
